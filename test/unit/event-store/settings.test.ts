import { expect, test } from 'vitest'
import {
  connectEventStore,
  type EventStoreSettings,
} from '../../../infrastructure/event-store/index.ts'

const connectionString = 'esdb://127.0.0.1:1?tls=false'

test.each([
  ['appendTimeoutMs', 0],
  ['appendTimeoutMs', 2 ** 31],
  ['readTimeoutMs', 2 ** 31],
  ['readTimeoutMs', 1.5],
  ['maxAppendsInFlight', 0],
  ['maxAppendBytes', -1],
  ['maxRequestBytes', NaN],
] satisfies [keyof EventStoreSettings, number][])('%s of %d is refused', (name, value) => {
  const connecting = () => connectEventStore({ connectionString, [name]: value })
  expect(connecting).toThrow(TypeError)
  expect(connecting).toThrow(name)
})

test('the longest timeouts that a timer can have are taken', async () => {
  const longest = 2 ** 31 - 1
  const settings = { connectionString, appendTimeoutMs: longest, readTimeoutMs: longest }
  await expect(connectEventStore(settings).close()).resolves.toBeUndefined()
})

test('a malformed connection string is refused, and its password is not repeated', () => {
  expect(connectToNothing).toThrow(TypeError)
  expect(connectToNothing).not.toThrow('secret')
})

function connectToNothing(): unknown {
  return connectEventStore({ connectionString: 'esdb://me:secret@' })
}
