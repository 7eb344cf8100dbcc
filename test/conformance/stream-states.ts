import { newStream, numbered } from './events.ts'
import type { PublicClient } from './public-client.ts'

/** What can have happened to a stream. */
export const STREAM_STATES = [
  'never written',
  'empty with metadata',
  'live',
  'soft-deleted',
  'undeleted',
  'tombstoned',
] as const

export type StreamState = (typeof STREAM_STATES)[number]

/** The last revision of a stream of each state, -1 without one. */
export const LAST_REVISION = {
  'never written': -1,
  'empty with metadata': -1,
  live: 2,
  'soft-deleted': 2,
  undeleted: 3,
  tombstoned: -1,
} satisfies Record<StreamState, number>

/** Makes a stream to which that has happened and gives its name. */
export async function streamThatIs(state: StreamState, client: PublicClient): Promise<string> {
  const stream = newStream(state.replaceAll(' ', '-'))
  switch (state) {
    case 'never written':
      break
    case 'empty with metadata':
      await client.setStreamMetadata(stream, { own: 'x' })
      break
    case 'live':
      await client.appendToStream(stream, numbered(3))
      break
    case 'soft-deleted':
      await client.appendToStream(stream, numbered(3))
      await client.deleteStream(stream)
      break
    case 'undeleted':
      await client.appendToStream(stream, numbered(3))
      await client.deleteStream(stream)
      await client.appendToStream(stream, numbered(1, 3))
      break
    case 'tombstoned':
      await client.appendToStream(stream, numbered(3))
      await client.tombstoneStream(stream)
  }
  return stream
}
