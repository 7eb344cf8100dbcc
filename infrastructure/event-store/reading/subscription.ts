import { backoffMs, pause } from '../backoff.ts'
import { leaderOf, readFailure } from '../call-failure.ts'
import type { ReadResponse, ReceivedEvent } from '../codec/read-response.ts'
import { subscribeToAllRequest } from '../codec/read-request.ts'
import type { Connection } from '../connection.ts'
import type { Lifetime } from '../lifetimes.ts'
import type { EventStoreLog } from '../log.ts'
import { EventStoreUnavailable, ReadRefused, type SubscriptionItem } from '../port.ts'
import { isAborted } from '../waiting.ts'
import { isSystemEvent, recordedEvent } from './recorded-event.ts'
import { Responses } from './responses.ts'

/** The server tells how far it has searched after so many windows of 32 events; nobody needs it. */
const CHECKPOINT_INTERVAL = 1_000

export interface Subscribing {
  readonly connection: Connection
  readonly log: EventStoreLog
  /** How long the server may take to confirm the subscription. */
  readonly confirmTimeoutMs: number
  /** Called when the subscription begins, which is when its first item is asked for. */
  readonly begin: () => Lifetime
}

export interface Subscription {
  readonly after: bigint | undefined
  readonly streamPrefixes: readonly string[]
}

/**
 * Follows all streams whose name has one of the prefixes, as the port says. Only the position of
 * an event that was really yielded is resumed from: the server's own checkpoints may lie beyond
 * events that are still to come.
 */
export async function* subscribeWithResume(
  subscribing: Subscribing,
  { after: start, streamPrefixes }: Subscription,
): AsyncGenerator<SubscriptionItem> {
  if (streamPrefixes.length === 0 || streamPrefixes.includes(''))
    throw new ReadRefused('streamPrefixes: must hold at least one, and none that is empty')
  const { connection, log, confirmTimeoutMs } = subscribing
  const { signal, end } = subscribing.begin()
  const progress: Progress = { after: start, failures: 0 }
  try {
    while (!isAborted(signal)) {
      const client = connection.current()
      let responses: Responses | undefined
      let timeoutMs = confirmTimeoutMs
      try {
        const request = subscribeToAllRequest({
          after: progress.after,
          streamPrefixes,
          checkpointInterval: CHECKPOINT_INTERVAL,
        })
        responses = await Responses.open(client, request, timeoutMs, signal)
        do {
          for (
            let response = responses.take();
            response !== undefined;
            response = responses.take()
          ) {
            timeoutMs = Infinity
            const told = itemFor(response, progress, streamPrefixes)
            if (told !== undefined) yield told
          }
        } while (await responses.more(timeoutMs))
        throw new EventStoreUnavailable('the server ended the subscription')
      } catch (error) {
        if (isAborted(signal)) return
        const failure = readFailure(error)
        if (failure instanceof ReadRefused) throw failure
        connection.replace(client, leaderOf(error))
        progress.failures += 1
        const { after, failures } = progress
        log.warn(
          { after: String(after), failures, reason: failure.message },
          'subscription resumes',
        )
        yield { kind: 'lost', reason: failure.message }
        await pause(backoffMs(failures), signal)
      } finally {
        responses?.release()
      }
    }
  } finally {
    end()
  }
}

interface Progress {
  /** The position of the last event that was yielded. */
  after: bigint | undefined
  /** Losses since the last item. */
  failures: number
}

/** What the subscriber is told of a response, if anything; it counts as yielded. */
function itemFor(
  response: ReadResponse,
  progress: Progress,
  prefixes: readonly string[],
): SubscriptionItem | undefined {
  if (response === 'caught-up') {
    progress.failures = 0
    return { kind: 'caught-up' }
  }
  if (typeof response === 'string' || !isWanted(response, prefixes)) return undefined
  const event = recordedEvent(response)
  if (progress.after !== undefined && event.position <= progress.after) return undefined
  progress.after = event.position
  progress.failures = 0
  return { kind: 'event', event }
}

/** The server filters too; this holds whatever it lets slip through. */
function isWanted(event: ReceivedEvent, prefixes: readonly string[]): boolean {
  return !isSystemEvent(event) && prefixes.some((prefix) => event.stream.startsWith(prefix))
}
