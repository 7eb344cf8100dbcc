import { expect, test } from 'vitest'
import { lineSplitter } from '../../../infrastructure/processes/line-splitter.ts'

function linesOf(chunks: readonly Buffer[], lineLengthMax?: number): string[] {
  const lines: string[] = []
  const splitter = lineSplitter((line) => lines.push(line), lineLengthMax)
  for (const chunk of chunks) splitter.write(chunk)
  splitter.end()
  return lines
}

test('lines come whole, however the bytes are cut', () => {
  const bytes = Buffer.from('één\r\ntwee\n\ndrie')
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(linesOf([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(['één', 'twee', 'drie'])
  }
})

test('a line without end is passed on in pieces', () => {
  const pieces = linesOf(Array<Buffer>(10).fill(Buffer.alloc(100, 'x')), 250)
  expect(pieces.every(({ length }) => length <= 350)).toBe(true)
  expect(pieces.join('')).toBe('x'.repeat(1_000))
})
