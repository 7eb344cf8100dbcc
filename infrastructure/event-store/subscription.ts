import { START, streamNameFilter, type ResolvedEvent } from '@eventstore/db-client'
import { backoffMs, pause } from './backoff.ts'
import type { Connection } from './connection.ts'
import { readFailure } from './errors.ts'
import type { GuardedClient } from './guarded-client.ts'
import type { EventStoreLog } from './log.ts'
import { EventStoreUnavailable, ReadRefused, type SubscriptionItem } from './port.ts'
import { pull } from './pull.ts'
import { isSystemEvent, recordedEvent } from './recorded-event.ts'
import { isAborted } from './waiting.ts'

/** The server tells how far it has searched after so many windows of 32 events; nobody needs it. */
const CHECKPOINT_INTERVAL = 1_000

export interface Subscribing {
  readonly connection: Connection
  readonly log: EventStoreLog
  /** How long the server may take to confirm the subscription. */
  readonly confirmTimeoutMs: number
}

export interface Subscription {
  readonly after: bigint | undefined
  readonly streamPrefixes: readonly string[]
  readonly signal: AbortSignal
}

/**
 * Follows all streams whose name has one of the prefixes, as the port says. Only the position of
 * an event that was really yielded is resumed from: the server's own checkpoints may lie beyond
 * events that are still to come.
 */
export async function* subscribeWithResume(
  subscribing: Subscribing,
  subscription: Subscription,
): AsyncGenerator<SubscriptionItem> {
  const { connection, log } = subscribing
  const { signal } = subscription
  let { after } = subscription
  let failures = 0
  while (!signal.aborted) {
    const client = connection.current()
    try {
      for await (const item of follow(client, subscribing, { ...subscription, after })) {
        failures = 0
        if (item.kind === 'event') after = item.event.position
        yield item
        if (isAborted(signal)) return
      }
    } catch (error) {
      if (isAborted(signal)) return
      const failure = readFailure(error)
      if (failure instanceof ReadRefused) throw failure
      connection.replace(client)
      failures += 1
      log.warn({ after: String(after), failures, reason: failure.message }, 'subscription resumes')
      yield { kind: 'lost', reason: failure.message }
      await pause(backoffMs(failures), signal)
    }
  }
}

/** One subscription on the server, until it is lost: it ends with an error, never in good order. */
async function* follow(
  { api }: GuardedClient,
  { confirmTimeoutMs }: Subscribing,
  { after, streamPrefixes, signal }: Subscription,
): AsyncGenerator<SubscriptionItem> {
  const stream = api.subscribeToAll({
    fromPosition: after === undefined ? START : { commit: after, prepare: after },
    filter: streamNameFilter({
      prefixes: [...streamPrefixes],
      checkpointInterval: CHECKPOINT_INTERVAL,
    }),
  })
  // Put among the events at the place where the server said it, so that they keep their order.
  stream.on('confirmation', () => {
    stream.push('confirmed')
  })
  stream.on('caughtUp', () => {
    stream.push('caught-up')
  })
  try {
    const items = pull<ResolvedEvent | 'confirmed' | 'caught-up'>(stream, {
      firstTimeoutMs: confirmTimeoutMs,
      idleTimeoutMs: Infinity,
      signal,
    })
    for await (const item of items) {
      if (item === 'confirmed') continue
      if (item === 'caught-up') {
        yield { kind: 'caught-up' }
        continue
      }
      if (isSystemEvent(item) || !isWanted(item, streamPrefixes)) continue
      const event = recordedEvent(item)
      if (after === undefined || event.position > after) yield { kind: 'event', event }
    }
    throw new EventStoreUnavailable('the server ended the subscription')
  } finally {
    // It can only fail as the subscription did, which has been told already.
    stream.unsubscribe().catch(() => undefined)
    stream.destroy()
  }
}

/** The server filters too; this holds whatever it lets slip through. */
function isWanted({ event }: ResolvedEvent, prefixes: readonly string[]): boolean {
  return event !== undefined && prefixes.some((prefix) => event.streamId.startsWith(prefix))
}
