import { readUint64, revisionKey, STREAM_NUMBER_BYTES } from '../storage/keys.ts'
import { NEXT_STREAM_NUMBER } from '../storage/log-end.ts'
import { addressOf, flawOfBase } from '../storage/stream-name.ts'
import type { Findings } from './findings.ts'
import type { StepProgress } from './progress.ts'
import { recordAt } from './record-at.ts'
import type { Entry, Snapshot } from './snapshot.ts'

/**
 * Goes through the names of the streams: each with a number of its own, under which the index has
 * events of that very stream, and the numbers used up without a gap.
 */
export async function checkStreams(
  snapshot: Snapshot,
  findings: Findings,
  progress: StepProgress,
): Promise<number> {
  for await (const page of snapshot.pages('streams')) {
    for (const entry of page) checkEntry(entry)
    progress.add(page.length)
  }
  checkNextStreamNumber(2 * progress.done)
  return progress.done

  function checkEntry({ key, value }: Entry): void {
    const base = key.toString()
    const flaw = flawOfBase(base)
    if (flaw !== undefined) findings.add('stream', `the stream '${base}': ${flaw}`)
    if (value.length !== STREAM_NUMBER_BYTES) {
      findings.add('stream', `the stream '${base}' has a number of ${value.length} bytes`)
      return
    }
    const number = value.readUIntBE(0, STREAM_NUMBER_BYTES)
    if (number % 2 === 1)
      findings.add('stream', `the stream '${base}' has the odd number ${number}`)
    const used = usedBy(number)
    if (used !== undefined && used !== base) {
      const instead = used === null ? 'no event' : `an event of '${used}'`
      findings.add('stream', `the stream '${base}' has the number ${number}, with ${instead}`)
    }
  }

  /**
   * The name that the first event under a number, or under that of its metastream, gives; null when
   * there is none, undefined when the index points nowhere or at a damaged record, which is told
   * elsewhere.
   */
  function usedBy(number: number): string | null | undefined {
    const entry = snapshot.firstFrom('revisions', revisionKey(number, 0))
    if (entry === undefined || entry.key.readUIntBE(0, STREAM_NUMBER_BYTES) > number + 1)
      return null
    const record = recordAt(snapshot, readUint64(entry.value, 0))
    return typeof record === 'string' ? undefined : addressOf(record.streamName).base
  }

  function checkNextStreamNumber(due: number): void {
    const bytes = snapshot.get('properties', NEXT_STREAM_NUMBER)
    const next =
      bytes?.length === STREAM_NUMBER_BYTES ? bytes.readUIntBE(0, STREAM_NUMBER_BYTES) : 0
    if (next !== due) {
      findings.add('next-stream-number', `the next stream number is ${next}, where ${due} was due`)
    }
  }
}
