import type { CommittedIds } from './committed-ids.ts'
import { positionKey } from './keys.ts'
import type { LogEnd } from './log-end.ts'
import type { Reader } from './reader.ts'
import { idOfRecord, isRecord, revisionOfRecord, streamNameOfRecord } from './record.ts'
import { addressOf } from './stream-name.ts'
import type { Tables } from './tables.ts'

/** How far back the log is read; positions are byte offsets. */
const TAIL_BYTES = 32 * 1_048_576

/**
 * Fills the cache of event ids with those at the end of the log, so that a retry is recognised over
 * a restart too. What it reads does not grow with the log.
 */
export function rememberIds(ids: CommittedIds, tables: Tables, reader: Reader, end: LogEnd): void {
  const numbers = new Map<string, number | undefined>()
  const start = positionKey(Math.max(0, end.nextPosition - TAIL_BYTES))
  ids.clear()
  for (const { value } of tables.log.getRange({ start })) {
    if (!isRecord(value)) continue
    const streamNumber = numberOf(streamNameOfRecord(value))
    if (streamNumber === undefined) continue
    ids.add(streamNumber, idOfRecord(value), revisionOfRecord(value))
  }

  function numberOf(streamName: string): number | undefined {
    const { base, side } = addressOf(streamName)
    let number = numbers.get(base)
    if (number === undefined && !numbers.has(base)) {
      number = reader.streamNumber(base)
      numbers.set(base, number)
    }
    return number === undefined ? undefined : number + side
  }
}
