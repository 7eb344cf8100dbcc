import type { Logger } from 'pino'
import type { Store } from '../../storage/store.ts'
import { checkpointStreamOf, type GroupDefinition } from './group-definition.ts'
import { lastEvent } from './last-event.ts'
import { parsePlace, placeText } from './place-text.ts'
import { appendSystemEvent, jsonEvent, writeSystemMetadata } from './system-events.ts'

const CHECKPOINT_TYPE = '$SubscriptionCheckpoint'
/** As many checkpoints as a real server keeps. */
const KEPT_COUNT = 2

/** Keeps how far a group has come: the last event of its checkpoint stream tells. */
export class CheckpointStore {
  readonly #store: Store
  readonly #logger: Logger
  readonly #sourceName: string
  readonly #streamName: string
  #stored: number | undefined
  #next: number | undefined
  #failed: number | undefined
  #writing: Promise<void> | undefined

  constructor(store: Store, logger: Logger, definition: GroupDefinition) {
    this.#store = store
    this.#logger = logger
    this.#sourceName = definition.streamName
    this.#streamName = checkpointStreamOf(definition)
    this.#stored = this.#load()
  }

  /** The place of the last durable checkpoint. */
  get stored(): number | undefined {
    return this.#stored
  }

  /** Writes a checkpoint; of those that come while one is being written, the last. */
  write(place: number): void {
    this.#next = place
    this.#writing ??= this.#writeAll()
  }

  /** Writes again the last checkpoint, if it could not be written. */
  retry(): void {
    if (this.#writing === undefined && this.#failed !== undefined) this.write(this.#failed)
  }

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    await this.#writing
  }

  #load(): number | undefined {
    const text: unknown = parseJson(lastEvent(this.#store, this.#streamName)?.data)
    return typeof text === 'string' || typeof text === 'number'
      ? parsePlace(String(text))?.place
      : undefined
  }

  async #writeAll(): Promise<void> {
    while (this.#next !== undefined) {
      const place = this.#next
      this.#next = undefined
      try {
        await this.#writeOne(place)
        this.#stored = place
        this.#failed = undefined
      } catch (error) {
        this.#failed = place
        this.#logger.error({ err: error, stream: this.#streamName }, 'checkpoint not written')
      }
    }
    this.#writing = undefined
  }

  async #writeOne(place: number): Promise<void> {
    const { metadata, lastRevision } = this.#store.states.view(this.#streamName)
    if (metadata.maxCount !== KEPT_COUNT || metadata.softDeleted) {
      // What was there before, of a group of that name that was deleted, is to stay hidden.
      const hidden: Record<string, number> = lastRevision < 0 ? {} : { $tb: lastRevision + 1 }
      await writeSystemMetadata(this.#store, this.#streamName, { $maxCount: KEPT_COUNT, ...hidden })
    }
    const event = jsonEvent(CHECKPOINT_TYPE, placeText(this.#sourceName, place))
    const outcome = await appendSystemEvent(this.#store, this.#streamName, event)
    if (outcome.kind !== 'written') throw new Error(`the stream is not writable: ${outcome.kind}`)
  }
}

function parseJson(data: Buffer | undefined): unknown {
  try {
    return data === undefined ? undefined : JSON.parse(data.toString('utf8'))
  } catch {
    return undefined
  }
}
