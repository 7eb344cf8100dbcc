import type { ResolvedRecord } from '../../wire/recorded-event.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { GroupCommand } from './core/group-core.ts'
import type { Message } from './core/message.ts'
import type { ParkedMessages } from './parked-messages.ts'

/** What the writes of a group need of it and tell it. */
interface Writing {
  recordOf(message: Message): ResolvedRecord
  /** A message is parked, or given up for good. */
  parked(message: Message): void
  parkingFailed(message: Message, reason: string): void
  log(text: string, error: unknown): void
}

/** Writes what the core of a group orders. */
export class GroupWrites {
  readonly #parked: ParkedMessages
  readonly #checkpoints: CheckpointStore
  readonly #writing: Writing
  readonly #underWay = new Set<Promise<void>>()

  constructor(parked: ParkedMessages, checkpoints: CheckpointStore, writing: Writing) {
    this.#parked = parked
    this.#checkpoints = checkpoints
    this.#writing = writing
  }

  /** Begins to write; what cannot be written is logged, and told where the core can try again. */
  carryOut(commands: readonly GroupCommand[]): void {
    for (const command of commands) {
      switch (command.kind) {
        case 'checkpoint':
          this.#checkpoints.write(command.place)
          break
        case 'park':
          this.#follow(this.#park(command.message, command.reason))
          break
        case 'truncate-parked':
          this.#follow(this.#truncateParked(command.before))
          break
      }
    }
  }

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
    await this.#checkpoints.settled()
  }

  #follow(write: Promise<void>): void {
    const followed = write.finally(() => {
      this.#underWay.delete(followed)
    })
    this.#underWay.add(followed)
  }

  async #park(message: Message, reason: string): Promise<void> {
    try {
      const { event, link } = this.#writing.recordOf(message)
      const isParked = await this.#parked.park(event, link, reason)
      if (!isParked) this.#writing.log('a message cannot be parked and is given up', undefined)
      this.#writing.parked(message)
    } catch (error) {
      this.#writing.log('a message could not be parked yet', error)
      this.#writing.parkingFailed(message, reason)
    }
  }

  async #truncateParked(before: number): Promise<void> {
    try {
      await this.#parked.truncate(before)
    } catch (error) {
      this.#writing.log('the parked messages could not be truncated', error)
    }
  }
}
