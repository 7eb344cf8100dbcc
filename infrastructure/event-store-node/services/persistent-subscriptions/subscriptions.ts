import type { Logger } from 'pino'
import type { Store } from '../../storage/store.ts'
import { flawOfStreamName } from '../../storage/stream-name.ts'
import {
  persistentSubscriptionDoesNotExist,
  persistentSubscriptionDropped,
  persistentSubscriptionExists,
  persistentSubscriptionFailed,
} from '../../wire/persistent-errors.ts'
import {
  CONFIGURATION_BYTES_MAX,
  configurationBytes,
  loadConfiguration,
  saveConfiguration,
} from './configuration.ts'
import { flawOfSettings } from './core/group-settings.ts'
import { checkedSourceOf, endOf } from './event-source.ts'
import { Group, type GroupParts } from './group.ts'
import {
  ALL,
  checkpointStreamOf,
  type GroupDefinition,
  groupKey,
  parkedStreamOf,
} from './group-definition.ts'
import { visibleRange } from './last-event.ts'
import { flawOfPosition, flawOfRevision } from './start-from.ts'
import { deleteSystemStream } from './system-events.ts'

/** What names a group. */
export type GroupName = Pick<GroupDefinition, 'streamName' | 'groupName'>
/** A group as a client wants it. */
export type GroupProposal = Omit<GroupDefinition, 'startsAfter'>

/** Each group costs a buffer of places, and every change of one rewrites all their settings. */
const GROUPS_MAX = 1_000
const TICK_MS = 1_000

/** The groups of a node. What changes them is done one after the other, durable before it counts. */
export class Subscriptions {
  readonly #parts: GroupParts
  readonly #groups = new Map<string, Group>()
  #ticks: NodeJS.Timeout | undefined
  #lastChange: Promise<unknown> = Promise.resolve()
  #isUnreadable = false
  #isClosed = false

  constructor(store: Store, logger: Logger) {
    this.#parts = { store, logger, monotonicMs: () => performance.now() }
  }

  /** Starts the groups that are stored. */
  start(): void {
    try {
      for (const definition of loadConfiguration(this.#parts.store)) this.#begin(definition)
    } catch (error) {
      this.#isUnreadable = true
      this.#parts.logger.error({ err: error }, 'the persistent subscriptions cannot be loaded')
    }
    this.#ticks = setInterval(() => {
      for (const group of this.#groups.values()) group.tick()
    }, TICK_MS)
    this.#ticks.unref()
  }

  /** Stops all groups for good; resolves when how far they have come is durable. */
  async stop(): Promise<void> {
    this.#isClosed = true
    await this.#stopAll()
  }

  /** Resolves when the changes under way are done. */
  async settled(): Promise<void> {
    await this.#lastChange.catch(() => undefined) // who asked for the change hears of the failure
  }

  /** The group of a name. Throws `RpcError` does-not-exist. */
  get(name: GroupName): Group {
    const group = this.#groups.get(groupKey(name))
    if (group === undefined) throw persistentSubscriptionDoesNotExist(name)
    return group
  }

  /** All groups, or those of a stream, by stream. */
  list(streamName?: string): Group[] {
    return [...this.#groups.values()]
      .filter(({ definition }) => streamName === undefined || definition.streamName === streamName)
      .sort((a, b) => compare(a.definition.streamName, b.definition.streamName))
  }

  /** Makes a group. Rejects with `RpcError` exists, failed, or INVALID_ARGUMENT for its filter. */
  create(proposal: GroupProposal, userName: string | undefined): Promise<void> {
    return this.#change(async () => {
      if (this.#groups.has(groupKey(proposal))) throw persistentSubscriptionExists(proposal)
      if (this.#groups.size >= GROUPS_MAX) {
        throw persistentSubscriptionFailed(proposal, `there are ${GROUPS_MAX} groups already`)
      }
      const definition = this.#checked(proposal)
      const groups = [...this.#definitions(), definition]
      if (configurationBytes(groups) > CONFIGURATION_BYTES_MAX) {
        const flaw = `the settings of all groups would exceed ${CONFIGURATION_BYTES_MAX} bytes`
        throw persistentSubscriptionFailed(proposal, flaw)
      }
      await clearGroupStreams(this.#parts.store, definition)
      await this.#save(groups, userName)
      this.#begin(definition)
    })
  }

  /** Gives a group other settings and starts it again; its subscribers are dropped. */
  update(proposal: GroupProposal, userName: string | undefined): Promise<void> {
    return this.#change(async () => {
      const group = this.get(proposal)
      const definition = this.#checked({ ...proposal, filter: group.definition.filter })
      const others = this.#definitions().filter((other) => other !== group.definition)
      await this.#save([...others, definition], userName)
      group.dropAll(persistentSubscriptionDropped(definition))
      await group.stop({ keepsProgress: false })
      this.#begin(definition)
    })
  }

  /** Deletes a group with what it has parked and how far it has come; drops its subscribers. */
  delete(name: GroupName, userName: string | undefined): Promise<void> {
    return this.#change(async () => {
      const group = this.get(name)
      const others = this.#definitions().filter((other) => other !== group.definition)
      await this.#save(others, userName)
      this.#groups.delete(groupKey(name))
      group.dropAll(persistentSubscriptionDoesNotExist(name))
      await group.stop({ keepsProgress: false })
      await clearGroupStreams(this.#parts.store, group.definition)
    })
  }

  /** Stops all groups and starts those that are stored; all subscribers are dropped. */
  restart(): Promise<void> {
    return this.#change(async () => {
      for (const group of this.#groups.values()) {
        group.dropAll(persistentSubscriptionDropped(group.definition))
      }
      await this.#stopAll()
      this.#groups.clear()
      this.#isUnreadable = false
      if (!this.#isClosed) this.start()
    })
  }

  async #stopAll(): Promise<void> {
    clearInterval(this.#ticks)
    const groups = [...this.#groups.values()]
    await Promise.all(groups.map((group) => group.stop({ keepsProgress: true })))
  }

  #begin(definition: GroupDefinition): void {
    this.#groups.set(groupKey(definition), new Group(definition, this.#parts))
  }

  #definitions(): GroupDefinition[] {
    return [...this.#groups.values()].map(({ definition }) => definition)
  }

  async #save(groups: readonly GroupDefinition[], userName: string | undefined): Promise<void> {
    await saveConfiguration(this.#parts.store, groups, userName)
  }

  /** Runs a change after those before it. */
  #change(change: () => Promise<void>): Promise<void> {
    const done = this.settled().then(change)
    this.#lastChange = done
    return done
  }

  #checked(proposal: GroupProposal): GroupDefinition {
    const { store } = this.#parts
    const flaw = this.#flawOf(proposal)
    if (flaw !== undefined) throw persistentSubscriptionFailed(proposal, flaw)
    const { place } = proposal.startFrom
    const startsAfter = place < 0 ? endOf(store, proposal.streamName) : place - 1
    const definition = { ...proposal, startsAfter }
    checkedSourceOf(store, definition)
    return definition
  }

  #flawOf(proposal: GroupProposal): string | undefined {
    const { streamName, startFrom, settings } = proposal
    if (this.#isUnreadable)
      return 'the stored configuration cannot be read, see the log of the node'
    return (
      flawOfSettings(settings) ??
      flawOfStreamName(checkpointStreamOf({ ...proposal, startsAfter: 0 })) ??
      (streamName === ALL
        ? flawOfPosition(startFrom, endOf(this.#parts.store, ALL))
        : flawOfRevision(startFrom))
    )
  }
}

/**
 * Forgets how far a group has come and what it has parked. A new group may find such things: a crash
 * can come between the deletion of the one before and this.
 */
async function clearGroupStreams(store: Store, definition: GroupDefinition): Promise<void> {
  for (const streamName of [checkpointStreamOf(definition), parkedStreamOf(definition)]) {
    const { first, end } = visibleRange(store, streamName)
    if (first < end) await deleteSystemStream(store, streamName)
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
