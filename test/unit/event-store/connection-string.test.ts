import { EventStoreDBClient } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { connectionStringOf } from '../../../infrastructure/event-store/connection-string.ts'

/** The channels of two clients are one if these are equal. */
function optionsOf(given: string): string[] {
  return Array.from({ length: 3 }, () => connectionStringOf(given).slice(given.length))
}

test('every client has options of its own', () => {
  for (const given of [
    'esdb://host',
    'esdb://host?tls=false',
    'esdb://host?keepAliveInterval=900',
  ]) {
    const options = optionsOf(given)
    expect(new Set(options).size).toBe(3)
    for (const option of options) expect(option).toMatch(/^[?&]keepAliveInterval=\d+$/)
  }
})

test('also where keepalive is turned off, which it stays', () => {
  const given = 'esdb://host?keepAliveInterval=-1'
  expect(new Set(optionsOf(given)).size).toBe(3)
  for (const option of optionsOf(given)) expect(option).toMatch(/^&keepAliveTimeout=1\d{4}$/)
  expect(optionsOf(`${given}&keepAliveTimeout=-1`)[0]).toMatch(/^&keepAliveTimeout=\d{1,3}$/)
})

test('what is not allowed is still refused', () => {
  expect(openWithInterval(-2)).toThrow('keepAliveInterval')
})

function openWithInterval(intervalMs: number): () => EventStoreDBClient {
  const given = connectionStringOf(`esdb://host?keepAliveInterval=${intervalMs}`)
  return () => EventStoreDBClient.connectionString(given)
}
