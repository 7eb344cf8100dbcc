import type { ProposedEvent } from '../../storage/record.ts'
import type { AppendBudget } from './append-budget.ts'

/** What an event costs in memory besides its bytes. */
const OVERHEAD_BYTES = 256
/** A real server is bounded by the size of its messages here. */
const METADATA_BYTES_MAX = 16 * 1_048_576
/** Data and metadata at their limits, and many types: so that one append leaves others room. */
const MEMORY_BYTES_MAX = 48 * 1_048_576

/**
 * The size of one append as it is collected. Like EventStoreDB 24.6 the limit counts the data
 * alone, without types and metadata; but the events' metadata and all of their memory are held to
 * limits too, so that no request can grow without bound.
 */
export class AppendSize {
  readonly #bytesMax: number
  readonly #budget: AppendBudget
  #dataBytes = 0
  #metadataBytes = 0
  #memoryBytes = 0

  constructor(bytesMax: number, budget: AppendBudget) {
    this.#bytesMax = bytesMax
    this.#budget = budget
  }

  /** About what the append occupies in memory. */
  get memoryBytes(): number {
    return this.#memoryBytes
  }

  /** Counts an event in; false when the append has become too large. */
  add({ type, data, metadata }: ProposedEvent): boolean {
    const eventBytes = data.length + metadata.length + type.length + OVERHEAD_BYTES
    this.#budget.take(eventBytes)
    this.#dataBytes += data.length
    this.#metadataBytes += metadata.length
    this.#memoryBytes += eventBytes
    return (
      this.#dataBytes <= this.#bytesMax &&
      this.#metadataBytes <= METADATA_BYTES_MAX &&
      this.#memoryBytes <= MEMORY_BYTES_MAX
    )
  }

  /** Gives the budget back what the append held, once it is answered or given up. */
  release(): void {
    this.#budget.giveBack(this.#memoryBytes)
    this.#memoryBytes = 0
  }
}
