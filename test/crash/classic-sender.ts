import {
  ANY,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { type Attempt, dataOf, type Expected, type Outcome, type Sender } from './attempt.ts'

/** Given per call, these make the client use the classic Append, which is a call for each append. */
const CLASSIC = { credentials: { username: 'admin', password: 'changeit' } } as const

/** Appends through the published client, unchanged. */
export function classicSender(connectionString: string): Sender {
  const client = EventStoreDBClient.connectionString(connectionString)
  return {
    send: (attempt) => send(client, attempt),
    async close() {
      await client.dispose().catch(() => undefined)
    },
  }
}

async function send(client: EventStoreDBClient, attempt: Attempt): Promise<Outcome> {
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
    return { kind: error instanceof WrongExpectedVersionError ? 'refused' : 'unknown' }
  }
}

function expectedRevision(expected: Expected) {
  if (expected === 'any') return ANY
  return expected < 0 ? NO_STREAM : BigInt(expected)
}
