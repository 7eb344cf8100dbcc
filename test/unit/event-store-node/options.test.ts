import { describe, expect, it } from 'vitest'
import { parseOptions, UsageError } from '../../../infrastructure/event-store-node/options.ts'

describe('the options of the node', () => {
  it('have defaults', () => {
    expect(parseOptions(['--db', '/data'], {})).toEqual({
      db: '/data',
      nodeIp: '127.0.0.1',
      nodePort: 2113,
      appendBytesMax: 1_048_576,
      logLevel: 'info',
      keepAlive: { intervalMs: 10_000, timeoutMs: 10_000 },
      exitWithParent: false,
    })
  })

  it('come from the environment too, where flags win', () => {
    const environment = { EVENTSTORE_DB: '/env', EVENTSTORE_NODE_PORT: '3000' }
    expect(parseOptions(['--node-port', '0'], environment)).toMatchObject({
      db: '/env',
      nodePort: 0,
    })
  })

  it('know the memory mode', () => {
    expect(parseOptions(['--mem-db'], { EVENTSTORE_DB: '/env' })).toMatchObject({ db: undefined })
    expect(parseOptions([], { EVENTSTORE_MEM_DB: 'true' })).toMatchObject({ db: undefined })
  })

  it.each([
    [[], '--db is required'],
    [['--db', ''], '--db must not be empty'],
    [['--db', 'x', '--mem-db'], 'exclude each other'],
    [['--db', 'x', '--node-port', '65536'], '--node-port must be between 0 and 65535'],
    [['--db', 'x', '--node-port', 'two'], '--node-port must be a whole number'],
    [['--db', 'x', '--node-ip', 'here'], '--node-ip must be an IP address'],
    [['--db', 'x', '--max-append-size', '0'], '--max-append-size must be between'],
    [['--db', 'x', '--log-level', 'loud'], '--log-level must be one of'],
    [['--db', 'x', '--unknown'], '--unknown'],
    [['--db', 'x', 'extra'], 'extra'],
  ])('%j is refused', (args, message) => {
    expect(() => parseOptions(args, {})).toThrow(UsageError)
    expect(() => parseOptions(args, {})).toThrow(message)
  })

  it('give help', () => {
    expect(parseOptions(['--help'], {})).toBe('help')
  })
})
