import type { InvariantNumber, Violation } from './violation.ts'

/** What is expected and what is there, in words, by a key; several of a key may be expected. */
export type InWords = ReadonlyMap<string, readonly string[]>

/** Groups by key, in words. */
export function inWordsBy<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
  describe: (item: Item) => string,
): InWords {
  const grouped = new Map<string, string[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = grouped.get(key)
    if (group === undefined) grouped.set(key, [describe(item)])
    else group.push(describe(item))
  }
  for (const group of grouped.values()) group.sort()
  return grouped
}

export type Difference = Pick<Violation, 'invariant' | 'subject' | 'expected' | 'actual'>

/**
 * Every key whose items are not those expected: missing ones were acknowledged and are gone, doubled
 * ones have had two effects, and what is there unexpected nobody has asked for.
 */
export function* differences(expected: InWords, actual: InWords): Generator<Difference> {
  for (const [key, wanted] of expected) {
    const there = actual.get(key) ?? []
    if (there.join('; ') !== wanted.join('; ')) yield difference(key, wanted, there)
  }
  for (const [key, there] of actual) {
    if (!expected.has(key)) yield difference(key, [], there)
  }
}

function difference(
  subject: string,
  expected: readonly string[],
  actual: readonly string[],
): Difference {
  return {
    invariant: brokenBy(expected, actual),
    subject,
    expected: expected.join('; ') || 'nothing',
    actual: actual.join('; ') || 'nothing',
  }
}

function brokenBy(expected: readonly string[], actual: readonly string[]): InvariantNumber {
  if (actual.length < expected.length) return 5
  return actual.length > expected.length ? 3 : 1
}
