import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { pull } from '../../../infrastructure/event-store/pull.ts'

const never = new AbortController().signal
const patient = { firstTimeoutMs: 60_000, idleTimeoutMs: Infinity, signal: never }

function silent(): Readable {
  return new Readable({ objectMode: true, read: () => undefined })
}

test('items come in order, until the end', async () => {
  const items: number[] = []
  for await (const item of pull<number>(Readable.from([1, 2, 3]), patient)) items.push(item)
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
  const items = pull<number>(source, patient)
  for (let count = 1; count <= 10; count += 1) expect((await items.next()).value).toBe(count)
  expect(made).toBeLessThanOrEqual(10 + 5)
  await items.return(undefined)
})

test('what came before an error is yielded before it', async () => {
  const source = silent()
  const items = pull<string>(source, patient)
  source.push('before')
  expect((await items.next()).value).toBe('before')
  const next = items.next()
  source.emit('error', new Error('lost'))
  await expect(next).rejects.toThrow('lost')
})

test('an error after the pulling has ended ends no process', async () => {
  const source = silent()
  const items = pull<string>(source, patient)
  source.push('one')
  await items.next()
  await items.return(undefined)
  expect(() => source.emit('error', new Error('late'))).not.toThrow()
})

test('the first item and the later ones have time limits of their own', async () => {
  const source = silent()
  const items = pull<string>(source, { firstTimeoutMs: 60_000, idleTimeoutMs: 20, signal: never })
  source.push('one')
  await items.next()
  await expect(items.next()).rejects.toThrow('no answer within 20 ms')
  const other = pull<string>(silent(), { ...patient, firstTimeoutMs: 10 })
  await expect(other.next()).rejects.toThrow('no answer within 10 ms')
})

test('an aborted signal ends the waiting, even when the source has ended', async () => {
  const ending = new AbortController()
  const source = silent()
  const items = pull<string>(source, { ...patient, signal: ending.signal })
  const next = items.next()
  source.push(null)
  ending.abort(new Error('closed'))
  await expect(next).rejects.toThrow('closed')
})
