import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Pull } from '../../../infrastructure/event-store/reading/pull.ts'

const never = new AbortController().signal

/** All that a stream has, as a reader takes it. */
async function* itemsOf<T>(stream: Readable, signal = never, timeoutMs = 60_000) {
  const pull = new Pull<T>(stream, signal)
  try {
    do {
      for (let item = pull.take(); item !== undefined; item = pull.take()) yield item
    } while (await pull.more(timeoutMs))
  } finally {
    pull.release()
  }
}

function silent(): Readable {
  return new Readable({ objectMode: true, read: () => undefined })
}

test('items come in order, until the end', async () => {
  const items: number[] = []
  for await (const item of itemsOf<number>(Readable.from([1, 2, 3]))) items.push(item)
  expect(items).toEqual([1, 2, 3])
})

test('no more is taken from the source than its buffer holds', async () => {
  let made = 0
  const source = new Readable({
    objectMode: true,
    highWaterMark: 4,
    read() {
      made += 1
      this.push(made)
    },
  })
  const items = itemsOf<number>(source)
  for (let count = 1; count <= 10; count += 1) expect((await items.next()).value).toBe(count)
  expect(made).toBeLessThanOrEqual(10 + 5)
  await items.return(undefined)
})

test('what came before an error is yielded before it', async () => {
  const source = silent()
  const items = itemsOf<string>(source)
  source.push('before')
  expect((await items.next()).value).toBe('before')
  const next = items.next()
  source.emit('error', new Error('lost'))
  await expect(next).rejects.toThrow('lost')
})

test('an error after the pulling has ended ends no process', async () => {
  const source = silent()
  const items = itemsOf<string>(source)
  source.push('one')
  await items.next()
  await items.return(undefined)
  expect(() => source.emit('error', new Error('late'))).not.toThrow()
})

test('an item has a time limit, which does not run while nobody waits', async () => {
  const source = silent()
  const items = itemsOf<string>(source, never, 20)
  source.push('one')
  await items.next()
  await sleep(40)
  source.push('two')
  expect((await items.next()).value).toBe('two')
  await expect(items.next()).rejects.toThrow('no answer within 20 ms')
})

test('a wait without limit is ended by the next item', async () => {
  const source = silent()
  const items = itemsOf<string>(source, never, Infinity)
  const next = items.next()
  source.push('one')
  expect((await next).value).toBe('one')
})

test('an aborted signal ends the waiting, even when the source has ended', async () => {
  const ending = new AbortController()
  const source = silent()
  const items = itemsOf<string>(source, ending.signal)
  const next = items.next()
  source.push(null)
  ending.abort(new Error('closed'))
  await expect(next).rejects.toThrow('closed')
})
