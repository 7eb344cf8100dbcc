import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseCommand, UsageError } from '../../../infrastructure/event-store-node/options/index.ts'

type Environment = Readonly<Record<string, string>>

const folder = mkdtempSync(join(tmpdir(), 'node-options-test-'))
let files = 0

afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** The options that a node would be started with. */
function optionsOf(args: readonly string[], environment: Environment = {}) {
  const command = parseCommand(args, environment)
  if (command.kind !== 'serve') throw new Error('the command should serve')
  return command.options
}

function textOf(args: readonly string[], environment: Environment = {}): string {
  const command = parseCommand(args, environment)
  if (command.kind !== 'print') throw new Error('the command should print')
  return command.text
}

function configFile(text: string): string {
  const path = join(folder, `${(files += 1)}.yaml`)
  writeFileSync(path, text)
  return path
}

describe('the options of the node', () => {
  it('have defaults', () => {
    expect(optionsOf(['--db', '/data'])).toEqual({
      db: '/data',
      nodeIp: '127.0.0.1',
      nodePort: 2113,
      advertiseHost: undefined,
      advertisePort: undefined,
      security: { kind: 'insecure' },
      appendBytesMax: 1_048_576,
      keepAlive: { intervalMs: 10_000, timeoutMs: 10_000 },
      logLevel: 'info',
      exitWithParent: false,
    })
  })

  it('come from flags, else from the environment, else from the file', () => {
    const file = configFile('Db: /file\nNodePort: 1\nMaxAppendSize: 10\nLogLevel: Warning\n')
    const environment = {
      EVENTSTORE_CONFIG: file,
      EVENTSTORE_NODE_PORT: '2',
      EVENTSTORE_DB: '/env',
    }
    expect(optionsOf(['--db', '/flag'], environment)).toMatchObject({
      db: '/flag',
      nodePort: 2,
      appendBytesMax: 10,
      logLevel: 'warn',
    })
  })

  it('know the memory mode', () => {
    expect(optionsOf(['--mem-db'], { EVENTSTORE_DB: '/env' })).toMatchObject({ db: undefined })
    expect(optionsOf([], { EVENTSTORE_MEM_DB: 'true' })).toMatchObject({ db: undefined })
    expect(optionsOf(['--mem-db=false', '--db', 'x'])).toMatchObject({ db: 'x' })
  })

  it.each([
    ['Verbose', 'trace'],
    ['Information', 'info'],
    ['Default', 'info'],
    ['warning', 'warn'],
    ['debug', 'debug'],
    ['FATAL', 'fatal'],
  ])('take the log level %s for %s', (given, level) => {
    expect(optionsOf(['--db', 'x', '--log-level', given])).toMatchObject({ logLevel: level })
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
    [['--db', 'x', '--insecure=maybe'], '--insecure must be true or false'],
    [['--db', 'x', '--unknown'], '--unknown'],
    [['--db', 'x', 'extra'], 'extra'],
    [['--db', 'x', '--config', '/nowhere'], '/nowhere cannot be read'],
    [['--db', 'x', '--default-admin-password', 'p'], 'can be read by others'],
    [['--db', 'x', '--certificate-file', 'a.pem'], 'needs its --certificate-private-key-file'],
    [['--db', 'x', '--certificate-private-key-file', 'k'], 'needs --certificate-file'],
  ])('%j is refused', (args, message) => {
    expect(() => parseCommand(args, {})).toThrow(UsageError)
    expect(() => parseCommand(args, {})).toThrow(message)
  })

  it('say where a bad value came from', () => {
    const environment = { EVENTSTORE_DB: 'x', EVENTSTORE_NODE_PORT: '70000' }
    expect(() => parseCommand([], environment)).toThrow(
      'EVENTSTORE_NODE_PORT must be between 0 and 65535',
    )
    const file = configFile('Db: x\nnode-port: many\n')
    expect(() => parseCommand(['--config', file], {})).toThrow(
      `node-port in ${file} must be a whole number`,
    )
  })

  it.each([
    ['Db: x\nRunProjections: None\nNodePrt: 1\n', 'RunProjections, NodePrt'],
    ['Db: x\nNodePort: [1]\n', 'must be a text, a number, true or false'],
    ['Db: x\nDb: y\n', 'cannot be read'],
    ['NodePort: 1\nnode-port: 2\n', 'is there twice'],
    ['- Db\n', 'must hold options'],
    ['Db: "x\n', 'cannot be read'],
    ['Db: x\nDefaultAdminPassword: p\n', 'can be read by others'],
  ])('refuse the file %j', (text, message) => {
    expect(() => parseCommand(['--config', configFile(text)], {})).toThrow(message)
  })

  it('warn of what they do not know where that is allowed', () => {
    const file = configFile('Db: x\nRunProjections: None\nAllowUnknownOptions: true\n')
    const environment = { EVENTSTORE_NODEPORT: '1', EVENTSTORE_URL: 'esdb://a', PATH: '/' }
    const command = parseCommand(['--config', file], environment)
    expect(command).toMatchObject({
      warnings: ['EVENTSTORE_NODEPORT is no option', 'RunProjections is no option'],
    })
  })

  it('are secure with a certificate, unless insecure is said', () => {
    const args = ['--db', 'x', '--certificate-file', 'a.pem', '--certificate-private-key-file', 'k']
    const environment = { EVENTSTORE_DEFAULT_ADMIN_PASSWORD: 'secret' }
    expect(optionsOf(args, environment).security).toEqual({
      kind: 'secure',
      certificate: {
        certificateFile: 'a.pem',
        privateKeyFile: 'k',
        certificatePassword: undefined,
        privateKeyPassword: undefined,
      },
      usersFile: undefined,
      defaultPasswords: { admin: 'secret', ops: undefined },
      anonymous: { toStreams: false, toEndpoints: false, toGossip: true },
    })
    expect(optionsOf([...args, '--insecure']).security).toEqual({ kind: 'insecure' })
  })

  it.each([
    ['certificate-private-key-file', 'k'],
    ['certificate-password', 'p'],
    ['certificate-private-key-password', 'p'],
    ['users-file', 'u'],
    ['default-admin-password', 'p'],
    ['default-ops-password', 'p'],
    ['allow-anonymous-stream-access', 'true'],
    ['allow-anonymous-endpoint-access', 'false'],
    ['override-anonymous-endpoint-access-for-gossip', 'false'],
  ])('with %s are secure, or said to be insecure', (option, value) => {
    const variable = `EVENTSTORE_${option.replaceAll('-', '_').toUpperCase()}`
    const environment = { EVENTSTORE_DB: 'x', [variable]: value }
    expect(() => parseCommand([], environment)).toThrow(UsageError)
    expect(() => parseCommand([], environment)).toThrow(`${variable} needs --certificate-file`)
    expect(optionsOf(['--insecure'], environment).security).toEqual({ kind: 'insecure' })
  })

  it.each([
    ['127.0.0.1', 0],
    ['::1', 0],
    ['0.0.0.0', 1],
    ['10.0.0.1', 1],
  ])('warn of an insecure node at %s: %d times', (ip, count) => {
    const command = parseCommand(['--db', 'x', '--node-ip', ip, '--insecure'], {})
    if (command.kind !== 'serve') throw new Error('the command should serve')
    expect(command.warnings).toHaveLength(count)
    for (const warning of command.warnings) expect(warning).toContain(`who reaches ${ip}`)
  })

  it('are insecure by themselves on a loopback address alone', () => {
    for (const ip of ['127.0.0.1', '127.8.8.8', '::1']) {
      expect(optionsOf(['--db', 'x', '--node-ip', ip]).security).toEqual({ kind: 'insecure' })
    }
    for (const ip of ['0.0.0.0', '::', '10.0.0.1']) {
      const args = ['--db', 'x', '--node-ip', ip]
      expect(() => parseCommand(args, {})).toThrow('--node-ip')
      expect(optionsOf([...args, '--insecure']).security).toEqual({ kind: 'insecure' })
    }
  })

  it('give help and the version, whatever else is wrong', () => {
    expect(textOf(['--help', '--node-port', 'x'])).toContain('--max-append-size <bytes>')
    expect(textOf(['--version'])).toContain('24.6.0')
  })

  it('show what they would be, with where it came from and without secrets', () => {
    const environment = { EVENTSTORE_DEFAULT_ADMIN_PASSWORD: 'hush', EVENTSTORE_NODE_PORT: '7' }
    const text = textOf(['--db', 'x', '--insecure', '--what-if'], environment)
    expect(text).toMatch(/^node-port +7 +EVENTSTORE_NODE_PORT$/m)
    expect(text).toMatch(/^db +x +--db$/m)
    expect(text).toMatch(/^log-level +info +\(default\)$/m)
    expect(text).toMatch(/^default-admin-password +\*{4} /m)
    expect(text).not.toContain('hush')
  })
})
