/** An escape, a class, a count, a bracket, or any other character. */
const PARTS = /\\.|\[(?:\\.|[^\]\\])*\]|\{(?<least>\d+)(?:,(?<most>\d*))?\}|./gs

/**
 * The length of a regular expression when every count in it is written out: what an automaton made
 * of it grows with. `(?:ab*){16}` has about 16 times the length of `(?:ab*)`.
 */
export function unrolledLength(pattern: string): number {
  const open: number[] = []
  let length = 0
  let lastPart = 0
  for (const { 0: part, groups } of pattern.matchAll(PARTS)) {
    if (groups?.['least'] !== undefined) {
      const times = Math.max(1, Number(groups['least']), Number(groups['most'] ?? 0))
      length += lastPart * (times - 1)
      lastPart *= times
    } else if (part === '(') {
      open.push(length)
      length = 1
    } else if (part === ')') {
      lastPart = length + 1
      length = lastPart + (open.pop() ?? 0)
    } else {
      lastPart = part.length
      length += lastPart
    }
  }
  return open.reduce((sum, outer) => sum + outer, length)
}
