import type { ProposedEvent } from '../../storage/record.ts'

/** What an event costs in memory besides its bytes. */
const OVERHEAD_BYTES = 256

/**
 * The size of one append as it is collected. Like EventStoreDB 24.6 the limit counts the data
 * alone, without types and metadata; but the events' metadata is held to the same limit, so that
 * no request can grow without bound.
 */
export class AppendSize {
  readonly #bytesMax: number
  #dataBytes = 0
  #metadataBytes = 0
  #memoryBytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** About what the append occupies in memory. */
  get memoryBytes(): number {
    return this.#memoryBytes
  }

  /** Counts an event in; false when the append has become too large. */
  add({ data, metadata }: ProposedEvent): boolean {
    this.#dataBytes += data.length
    this.#metadataBytes += metadata.length
    this.#memoryBytes += data.length + metadata.length + OVERHEAD_BYTES
    return this.#dataBytes <= this.#bytesMax && this.#metadataBytes <= METADATA_BYTES_MAX
  }
}

/** A real server is bounded by the size of its messages here. */
const METADATA_BYTES_MAX = 16 * 1_048_576
