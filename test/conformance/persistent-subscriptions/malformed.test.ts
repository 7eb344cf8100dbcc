import { status } from '@grpc/grpc-js'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { module } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { consume, GROUP, groupOn } from './groups.ts'
import {
  ackMessage,
  errorOf,
  nackMessage,
  openRead,
  openUnread,
  optionsMessage,
} from './raw-call.ts'
import { until } from './test-consumer.ts'

const served = serveForTests()
const MEGABYTE = 1_048_576

/** A consumer that is connected, as bytes. */
async function connected(stream: string, bufferSize?: number) {
  const call = openRead(served.node.port)
  call.write(optionsMessage(stream, GROUP, bufferSize))
  const [messages, error] = [[] as Buffer[], errorOf(call)]
  call.on('data', (message: Buffer) => {
    messages.push(message)
  })
  await until(() => messages.length > 0, 'the confirmation')
  return { call, messages, error }
}

describe('a call that makes no sense ends alone', () => {
  it.each([
    ['a first message without options', ackMessage([randomUUID()])],
    ['a group without a stream', optionsMessage('', GROUP)],
    ['a buffer of no size', optionsMessage('stream', GROUP, 0)],
  ])('%s', async (_, message) => {
    const call = openRead(served.node.port)
    const error = errorOf(call)
    call.write(message)
    expect(await error).toMatchObject({ code: status.INVALID_ARGUMENT })
  })

  it.each([
    ['an id that is none', ackMessage(['nonsense'])],
    ['options a second time', optionsMessage('stream', GROUP)],
    ['an action that does not exist', nackMessage(77, randomUUID())],
  ])('%s', async (_, message) => {
    const stream = await groupOn(served.client, 2)
    const good = await consume(served.connect(), stream, 1)
    const { call, error } = await connected(stream, 1)
    call.write(message)
    expect(await error).toMatchObject({ code: status.INVALID_ARGUMENT })
    expect([...(await good.process(1)), ...(await good.process(1))].toSorted()).toEqual([0, 1])
  })

  it('bytes that are no message', async () => {
    const call = openRead(served.node.port)
    const error = errorOf(call)
    call.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
    expect((await error).code).not.toBe(status.OK)
    const stream = await groupOn(served.client, 1)
    expect(await (await consume(served.client, stream)).process(1)).toEqual([0])
  })

  it('nothing at all, and then the end', async () => {
    const call = openRead(served.node.port)
    const ended = new Promise((resolve) => call.resume().on('end', resolve))
    call.end()
    expect(await ended).toBeUndefined()
  })
})

describe('memory stays bounded', () => {
  it('under a flood of acknowledgements of what was never given', async () => {
    const stream = await groupOn(served.client, 3)
    const { call, messages } = await connected(stream, 3)
    await until(() => messages.length === 4, 'the events')
    const before = await residentBytes()
    const ids = Array.from({ length: 5_000 }, () => randomUUID())
    for (let round = 0; round < 40; round += 1) {
      if (!call.write(ackMessage(ids))) {
        await new Promise((resolve) => call.once('drain', resolve))
      }
    }
    await until(async () => {
      const info = await served.client.getPersistentSubscriptionToStreamInfo(stream, GROUP)
      return info.stats.totalInFlightMessages === 3
    }, 'the group to be as it was')
    expect((await residentBytes()) - before).toBeLessThan(150 * MEGABYTE)
    call.cancel()
  })

  it('for a consumer with an enormous buffer that never answers and never reads', async () => {
    const stream = await groupOn(served.client, 0)
    openUnread(served.node.port, optionsMessage(stream, GROUP, 2 ** 31 - 1))
    const before = await residentBytes()
    const data = 'x'.repeat(500_000)
    for (let count = 0; count < 64; count += 1) {
      await served.client.appendToStream(stream, module.jsonEvent({ type: 'Large', data }))
    }
    const info = await served.client.getPersistentSubscriptionToStreamInfo(stream, GROUP)
    expect(info.connections[0]?.availableSlots).toBeLessThanOrEqual(10_000)
    expect(info.stats.totalInFlightMessages).toBeLessThan(40)
    expect((await residentBytes()) - before).toBeLessThan(60 * MEGABYTE)
  })
})

/** The node's own memory, besides what it has mapped of its files. */
async function residentBytes(): Promise<number> {
  const text = await readFile(`/proc/${served.node.pid}/status`, 'utf8')
  const [, kilobytes = '0'] = /^RssAnon:\s+(\d+) kB$/m.exec(text) ?? []
  return Number(kilobytes) * 1_024
}
