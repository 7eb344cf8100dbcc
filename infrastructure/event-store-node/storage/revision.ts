/**
 * Revisions are the numbers of the events of one stream: 0, 1, 2...
 * Expected revisions below zero carry EventStoreDB's meanings.
 */
export const NO_STREAM = -1
export const ANY = -2
export const STREAM_EXISTS = -4

/**
 * The revision of a `$streamDeleted` record and the `$tb` of a deleted stream: 2^63 - 1 on the
 * wire. The nearest double is 2^63, which no counted revision reaches, so it stands for it here.
 */
export const TOMBSTONE_REVISION = 2 ** 63
const TOMBSTONE_TEXT = '9223372036854775807'

/** The revision as the protocol prints it (int64 in decimal). */
export function revisionText(revision: number): string {
  return revision === TOMBSTONE_REVISION ? TOMBSTONE_TEXT : String(revision)
}
