import type {
  AppendExpectedRevision,
  BinaryEventType,
  EventData,
  JSONEventData,
} from '@eventstore/db-client'
import { randomUUID } from 'node:crypto'
import { module, name, type PublicClient } from './public-client.ts'

export { collect, revisions, userEvents } from '../support/collect-events.ts'

/** Credentials per call make both clients use the classic Append instead of BatchAppend. */
export const CLASSIC = { credentials: { username: 'admin', password: 'changeit' } } as const

/** The two ways an append can travel. */
export const APPEND_PATHS = [
  ['batch append', {}],
  ['classic append', CLASSIC],
] as const

/**
 * The newer client reads by native code of its own (subscriptions excepted): it reads forwards from
 * START and backwards from END whatever direction is asked for, and tells times in whole seconds.
 */
export const readsNatively = name === '@kurrent/kurrentdb-client'

/** The option that says what an append expects: each client has its own word for it. */
export function expecting(expected: AppendExpectedRevision) {
  return { expectedRevision: expected, streamState: expected }
}

/** A name that no other test has used. */
export function newStream(about: string): string {
  return `${about}-${randomUUID()}`
}

/** Events numbered from `first` on; each has an id of its own. */
export function numbered(count: number, first = 0, type = 'Numbered'): JSONEventData[] {
  return Array.from({ length: count }, (_, index) =>
    module.jsonEvent({ type, data: { number: first + index } }),
  )
}

/** An event of so many bytes of data. */
export function bytesEvent(bytes: number): EventData<BinaryEventType> {
  return module.binaryEvent({ type: 'Bytes', data: new Uint8Array(bytes) })
}

/** A new stream of so many events; none: just its name. */
export async function streamOf(client: PublicClient, count: number): Promise<string> {
  const stream = newStream('stream')
  if (count > 0) await client.appendToStream(stream, numbered(count))
  return stream
}
