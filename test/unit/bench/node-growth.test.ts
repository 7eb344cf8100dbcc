import { expect, test } from 'vitest'
import { outcomeOf } from '../../../bench/node-growth/outcome.ts'

function round(eventsAtStart: number, appendsPerSecond: number) {
  const memory = { anonymousMiB: 100, residentMiB: 200 }
  return { eventsAtStart, eventsAtEnd: eventsAtStart + 40, appendsPerSecond, ...memory }
}

test('nodes are told by what they held as they were measured, not only by what they began with', () => {
  const rounds = { 100: [round(150, 10), round(190, 10)], 1000: [round(1_050, 5), round(1_090, 5)] }
  const { figures, bars, tables } = outcomeOf({ 100: [1, 1], 1000: [1, 1] }, rounds)
  expect(figures['eventsHeld']).toEqual({
    100: { atStart: 150, atEnd: 230 },
    1000: { atStart: 1_050, atEnd: 1_130 },
  })
  expect(tables[0]?.rows.map((row) => row.slice(0, 2))).toEqual([
    ['100', '150 to 230'],
    ['1,000', '1,050 to 1,130'],
  ])
  expect(bars.map(({ value }) => value)).toEqual([1, 1, 2])
})
