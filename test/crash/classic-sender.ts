import {
  ANY,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  UnavailableError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { type Attempt, dataOf, type Expected, type Outcome, type Sender } from './attempt.ts'

/** Given per call, these make the client use the classic Append, which is a call for each append. */
const CLASSIC = { credentials: { username: 'admin', password: 'changeit' } } as const

/** Appends through the published client, unchanged. */
export function classicSender(connectionString: string, isKilled: () => boolean): Sender {
  const client = EventStoreDBClient.connectionString(connectionString)
  return {
    path: 'classic',
    send: (attempt) => send(client, attempt, isKilled),
    async close() {
      await client.dispose().catch(() => undefined)
    },
  }
}

async function send(
  client: EventStoreDBClient,
  attempt: Attempt,
  isKilled: () => boolean,
): Promise<Outcome> {
  const { stream, expected, ids, bytes } = attempt
  const events = ids.map((id) => jsonEvent({ id, type: 'Recorded', data: dataOf(id, bytes) }))
  try {
    const { nextExpectedRevision, position } = await client.appendToStream(stream, events, {
      ...CLASSIC,
      expectedRevision: expectedRevision(expected),
    })
    return {
      kind: 'acknowledged',
      lastRevision: Number(nextExpectedRevision),
      position: position?.commit ?? 0n,
    }
  } catch (error) {
    return outcomeOf(error, isKilled())
  }
}

/** Whatever a killed node leaves unanswered is unknown; a living one may lose the connection. */
function outcomeOf(error: unknown, isKilled: boolean): Outcome {
  if (error instanceof WrongExpectedVersionError) return { kind: 'refused' }
  if (isKilled || error instanceof UnavailableError) return { kind: 'unknown' }
  return { kind: 'failed', reason: String(error) }
}

function expectedRevision(expected: Expected) {
  if (expected === 'any') return ANY
  return expected < 0 ? NO_STREAM : BigInt(expected)
}
