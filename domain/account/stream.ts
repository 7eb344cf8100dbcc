import { z } from 'zod'
import { jurisdictionCodes } from '../rules.ts'
import type { AccountEvent } from './capabilities.ts'
import { decodeEvent, UnreadableEvent } from './recorded.ts'

/** One stream a player: the consistency boundary of every decision. */
export const ACCOUNT_STREAM_PREFIX = 'account-'

/** The name of a player's stream. */
export function accountStream(playerId: string): string {
  return ACCOUNT_STREAM_PREFIX + playerId
}

/** What stands beside an event's data: in which schema, by whom, why, and when it was decided. */
export const eventMetadata = z.object({
  schemaVersion: z.int(),
  /** Such as operator:site or provider:acme. */
  actor: z.string(),
  correlationId: z.string(),
  causationId: z.string(),
  jurisdiction: z.enum(jurisdictionCodes),
  decidedAt: z.iso.datetime(),
})
export type EventMetadata = z.output<typeof eventMetadata>

/** An event of an account, understood. */
export interface ReadEvent {
  readonly playerId: string
  readonly event: AccountEvent
  readonly metadata: EventMetadata
}

/**
 * Understands an event as it is stored.
 * @throws UnreadableEvent when it is not one of an account, or this release does not know it
 */
export function readAccountEvent(stored: {
  readonly stream: string
  readonly type: string
  readonly data: unknown
  readonly metadata: unknown
}): ReadEvent {
  if (!stored.stream.startsWith(ACCOUNT_STREAM_PREFIX)) {
    throw new UnreadableEvent(`${stored.stream.slice(0, 80)} is not the stream of an account`)
  }
  const metadata = eventMetadata.safeParse(stored.metadata)
  if (!metadata.success) {
    throw new UnreadableEvent(`metadata of ${stored.type}: ${z.prettifyError(metadata.error)}`)
  }
  return {
    playerId: stored.stream.slice(ACCOUNT_STREAM_PREFIX.length),
    event: decodeEvent(stored.type, metadata.data.schemaVersion, stored.data),
    metadata: metadata.data,
  }
}
