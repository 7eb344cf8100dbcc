import { revisionKey, POSITION_KEY_BYTES, readUint64 } from '../storage/keys.ts'
import { FIRST_POSITION } from '../storage/log-end.ts'
import { decodeRecord, encodeRecord, type StoredRecord } from '../storage/record.ts'
import { revisionText, TOMBSTONE_REVISION } from '../storage/revision.ts'
import { addressOf, flawOfBase } from '../storage/stream-name.ts'
import type { Findings } from './findings.ts'
import type { StepProgress } from './progress.ts'
import type { Entry, Snapshot } from './snapshot.ts'

export interface LogSummary {
  readonly records: number
  /** Where the next record would go. */
  readonly endPosition: number
}

/**
 * Goes through the log: each record whole, each right after the one before it, and each to be found
 * in the index under its stream and revision.
 */
export async function checkLog(
  snapshot: Snapshot,
  findings: Findings,
  progress: StepProgress,
): Promise<LogSummary> {
  let endPosition = FIRST_POSITION
  for await (const page of snapshot.pages('log')) {
    for (const entry of page) endPosition = checkEntry(entry, endPosition)
    progress.add(page.length)
  }
  return { records: progress.done, endPosition }

  function checkEntry({ key, value }: Entry, due: number): number {
    if (key.length !== POSITION_KEY_BYTES) {
      findings.add('position', `the log has a key of ${key.length} bytes`)
      return due
    }
    const position = readUint64(key, 0)
    if (position !== due) {
      findings.add('position', `a record stands at position ${position}, where ${due} was due`)
    }
    const record = wholeRecord(position, value, findings)
    if (record !== undefined) checkIndexed(record, snapshot, findings)
    return position + value.length
  }
}

/** The record when its bytes are what was written, and mean what the rules allow. */
function wholeRecord(
  position: number,
  bytes: Buffer,
  findings: Findings,
): StoredRecord | undefined {
  try {
    const record = decodeRecord(position, bytes)
    const flaw = flawOfRecord(record, bytes)
    if (flaw !== undefined) findings.add(flaw.kind, `record at position ${position}: ${flaw.text}`)
    return record
  } catch (error) {
    findings.add('record', error instanceof Error ? error.message : String(error))
    return undefined
  }
}

function flawOfRecord(
  record: StoredRecord,
  bytes: Buffer,
): { kind: 'record' | 'tombstone'; text: string } | undefined {
  const { streamName, revision, createdMs, type } = record
  const again = encodeRecord(record, Buffer.from(streamName), revision, createdMs)
  if (!again.equals(bytes)) return { kind: 'record', text: 'its form is not that of a record' }
  const nameFlaw = flawOfBase(addressOf(streamName).base)
  if (nameFlaw !== undefined) return { kind: 'record', text: nameFlaw }
  if (type === '') return { kind: 'record', text: 'event type must not be empty' }
  if (revision !== TOMBSTONE_REVISION) return undefined
  if (type !== '$streamDeleted') {
    return { kind: 'tombstone', text: `a tombstone has the type '${type}'` }
  }
  return addressOf(streamName).side === 1
    ? { kind: 'tombstone', text: `the metastream '${streamName}' has a tombstone` }
    : undefined
}

function checkIndexed(record: StoredRecord, snapshot: Snapshot, findings: Findings): void {
  const { position, streamName, revision } = record
  const { base, side } = addressOf(streamName)
  const number = snapshot.streamNumber(base)
  const what = `record at position ${position}, revision ${revisionText(revision)} of '${streamName}'`
  if (number === undefined) {
    findings.add('stream', `${what}: the stream has no number`)
    return
  }
  const indexed = snapshot.get('revisions', revisionKey(number + side, revision))
  if (indexed === undefined) {
    findings.add('index', `${what}: it is not in the index`)
  } else if (indexed.length !== POSITION_KEY_BYTES || readUint64(indexed, 0) !== position) {
    const place = indexed.length === POSITION_KEY_BYTES ? readUint64(indexed, 0) : 'nowhere'
    findings.add('index', `${what}: the index has position ${place} for it`)
  }
}
