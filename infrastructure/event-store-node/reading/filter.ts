import type { StoredRecord } from '../storage/record.ts'
import { linearExpression } from './linear-expression.ts'

/** Which events of `$all` a reader wants: by stream name or event type. */
export interface EventFilter {
  readonly by: 'stream-name' | 'event-type'
  /** Empty: the prefixes decide. */
  readonly regex: string
  readonly prefixes: readonly string[]
}

export type Matches = (record: StoredRecord) => boolean

/** Makes the test for a filter. Throws `SyntaxError` when its expression is not understood. */
export function compileFilter({ by, regex, prefixes }: EventFilter): Matches {
  const subject =
    by === 'stream-name'
      ? (record: StoredRecord) => record.streamName
      : (record: StoredRecord) => record.type
  if (regex === '') {
    return (record) => prefixes.some((prefix) => subject(record).startsWith(prefix))
  }
  const isMatch = linearExpression(regex)
  return (record) => isMatch(subject(record))
}
