import {
  POSITION_KEY_BYTES,
  readUint64,
  REVISION_KEY_BYTES,
  revisionOfKey,
  STREAM_NUMBER_BYTES,
} from '../storage/keys.ts'
import { revisionText, TOMBSTONE_REVISION } from '../storage/revision.ts'
import { parseStreamMetadata } from '../storage/stream-metadata.ts'
import { addressOf } from '../storage/stream-name.ts'
import type { Findings } from './findings.ts'
import type { StepProgress } from './progress.ts'
import { recordAt } from './record-at.ts'
import type { Entry, Snapshot } from './snapshot.ts'

/** What has been seen so far of the stream that the index is in. */
interface OpenStream {
  readonly number: number
  lastRevision: number
  lastPosition: number
}

/**
 * Goes through the index of revisions: those of a stream without a gap, at growing positions, and
 * each entry pointing at the record that says the same of itself.
 */
export async function checkIndex(
  snapshot: Snapshot,
  findings: Findings,
  progress: StepProgress,
): Promise<number> {
  let stream: OpenStream = { number: -1, lastRevision: -1, lastPosition: 0 }
  /** The position of the last event, other than a tombstone, of the last stream with an even number. */
  let lastEvent = { number: -1, position: 0 }

  for await (const page of snapshot.pages('revisions')) {
    for (const entry of page) checkEntry(entry)
    progress.add(page.length)
  }
  checkSoftDelete(stream)
  return progress.done

  function checkEntry({ key, value }: Entry): void {
    if (key.length !== REVISION_KEY_BYTES || value.length !== POSITION_KEY_BYTES) {
      findings.add('index', `the index has an entry of ${key.length} and ${value.length} bytes`)
      return
    }
    const number = key.readUIntBE(0, STREAM_NUMBER_BYTES)
    const revision = revisionOfKey(key)
    const position = readUint64(value, 0)
    if (number !== stream.number) {
      checkSoftDelete(stream)
      stream = { number, lastRevision: -1, lastPosition: 0 }
    }
    const what = `index entry of stream number ${number}, revision ${revisionText(revision)}`
    checkOrder(what, revision, position)
    stream.lastRevision = revision
    stream.lastPosition = position
    if (number % 2 === 0 && revision !== TOMBSTONE_REVISION) lastEvent = { number, position }
    checkRecord(what, number, revision, position)
  }

  function checkOrder(what: string, revision: number, position: number): void {
    const due = stream.lastRevision + 1
    if (revision !== due && revision !== TOMBSTONE_REVISION) {
      findings.add('index', `${what}: revision ${due} was due`)
    }
    if (position <= stream.lastPosition) {
      findings.add('index', `${what}: position ${position} is not after ${stream.lastPosition}`)
    }
  }

  function checkRecord(what: string, number: number, revision: number, position: number): void {
    const record = recordAt(snapshot, position)
    if (record === 'missing') {
      findings.add('index', `${what}: there is no record at position ${position}`)
      return
    }
    if (record === 'damaged') return
    const { base, side } = addressOf(record.streamName)
    const recordNumber = snapshot.streamNumber(base)
    if (recordNumber === undefined) {
      findings.add('stream', `${what}: the name '${base}' of its stream is missing`)
    } else if (recordNumber + side !== number || record.revision !== revision) {
      const other = `revision ${revisionText(record.revision)} of '${record.streamName}'`
      findings.add('index', `${what}: the record at position ${position} is ${other}`)
    }
  }

  /** After a stream was deleted, its next event would have brought it back. */
  function checkSoftDelete({ number, lastPosition }: OpenStream): void {
    const isMetastreamOfLast = number % 2 === 1 && lastEvent.number === number - 1
    if (!isMetastreamOfLast || lastEvent.position < lastPosition) return
    const record = recordAt(snapshot, lastPosition)
    if (typeof record === 'string' || !record.isJson) return
    if (!parseStreamMetadata(record.data).softDeleted) return
    const event = `an event at position ${lastEvent.position}`
    findings.add('metadata', `'${record.streamName}' says deleted, but its stream has ${event}`)
  }
}
