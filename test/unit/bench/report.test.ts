import { expect, test } from 'vitest'
import {
  combine,
  inWords,
  jsonLine,
  observeMachine,
  renderTable,
} from '../../../bench/harness/index.ts'

const bar = { name: 'append.256.ratioToOfficial', value: 5.1, atLeast: 4 }
const table = {
  title: 'Appends',
  columns: ['', 'events/s'],
  rows: [
    ['ours', 23_456],
    ['x', 7],
  ],
}

test('the JSON line is one line with bench, machine, figures and bars', () => {
  const machine = observeMachine()()
  const figures = { ours: { eventsPerSecond: 23_000, rounds: [1, 2] } }
  const report = { bench: 'append', quick: false, machine, figures, bars: [bar] }
  const line = jsonLine(report)
  expect(line).not.toContain('\n')
  expect(JSON.parse(line)).toEqual(report)
})

test('the machine is named with its load at start and end', () => {
  const machine = observeMachine()()
  expect(machine.node).toBe(process.version)
  expect(machine.cores).toBeGreaterThan(0)
  expect(machine.memoryGiB).toBeGreaterThan(0)
  expect(machine.loadAverage.start).toHaveLength(3)
  expect(machine.loadAverage.end).toHaveLength(3)
})

test('a table has names on the left, figures on the right, and four digits', () => {
  expect(renderTable(table)).toBe(
    ['Appends', '        events/s', '  ours    23,460', '  x            7'].join('\n'),
  )
})

test('the report in words shows tables and bars, and that those of a quick run do not count', () => {
  const outcome = { figures: {}, bars: [bar], tables: [table] }
  const report = { bench: 'append', quick: true, machine: observeMachine()(), ...outcome }
  expect(inWords(report, outcome)).toContain('23,460')
  expect(inWords(report, outcome)).toContain('they do not count')
  expect(inWords({ ...report, quick: false }, outcome)).not.toContain('they do not count')
})

test('the outcomes of all benches are one, with the figures by bench', () => {
  const one = { figures: { a: 1 }, bars: [bar], tables: [table] }
  const other = { figures: { b: 2 }, bars: [], tables: [table] }
  expect(combine({ one, other })).toEqual({
    figures: { one: { a: 1 }, other: { b: 2 } },
    bars: [bar],
    tables: [table, table],
  })
})
