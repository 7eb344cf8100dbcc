import { expect, test } from 'vitest'
import { Streams } from '../../../bench/bets/plain/streams.ts'

test('a stream that is taken is not given to another before it is back', () => {
  const streams = new Streams(50)
  const taken = Array.from({ length: 50 }, () => streams.take())
  expect(new Set(taken.map(({ name }) => name)).size).toBe(50)
  expect(() => streams.take()).toThrow('all streams are taken')
  const [first] = taken
  if (first === undefined) throw new Error('nothing was taken')
  streams.giveBack(first, 3n)
  expect(streams.take()).toEqual({ name: first.name, revision: 3n })
})
