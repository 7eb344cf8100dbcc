import type { OptionName } from './option-rules.ts'

/** What an option is for. */
export interface OptionText {
  /** What stands for its value in the usage; undefined for those that are just there or not. */
  readonly value?: string
  readonly text: string
  /** Never shown. */
  readonly isSecret?: true
  /** Flags and files can be read by others: such an option is taken from the environment alone. */
  readonly isFromEnvironmentAlone?: true
}

const SECRET = { isSecret: true, isFromEnvironmentAlone: true } as const

export const OPTION_TEXTS: Readonly<Record<OptionName, OptionText>> = {
  db: { value: 'folder', text: 'data folder' },
  'mem-db': { text: 'keep nothing after the end' },
  'node-ip': { value: 'address', text: 'address to listen on (127.0.0.1)' },
  'node-port': { value: 'port', text: 'port to listen on, 0: any free (2113)' },
  'advertise-host-to-client-as': { value: 'host', text: 'host that gossip tells clients' },
  'advertise-node-port-to-client-as': { value: 'port', text: 'port that gossip tells clients' },
  insecure: { text: 'no TLS, no users, no access lists' },
  'certificate-file': { value: 'file', text: 'certificate: PEM, or PKCS #12 (.p12, .pfx)' },
  'certificate-private-key-file': { value: 'file', text: 'private key of a PEM certificate' },
  'certificate-password': { value: 'text', text: 'password of a PKCS #12 file', ...SECRET },
  'certificate-private-key-password': {
    value: 'text',
    text: 'password of the private key',
    ...SECRET,
  },
  'trusted-root-certificates-path': {
    value: 'folder',
    text: 'nothing: only nodes of a cluster check each other',
  },
  'users-file': {
    value: 'file',
    text: 'users and password hashes (users.json in the data folder)',
  },
  'default-admin-password': {
    value: 'text',
    text: 'password of "admin" when there are no users yet',
    ...SECRET,
  },
  'default-ops-password': {
    value: 'text',
    text: 'password of "ops" when there are no users yet',
    ...SECRET,
  },
  'allow-anonymous-stream-access': { text: 'what a list grants $all needs no user' },
  'allow-anonymous-endpoint-access': { text: 'what asks for any user needs none' },
  'override-anonymous-endpoint-access-for-gossip': { text: 'gossip needs no user (true)' },
  'max-append-size': { value: 'bytes', text: 'limit of one append (1048576)' },
  'keep-alive-interval': { value: 'ms', text: 'between HTTP/2 pings (10000)' },
  'keep-alive-timeout': { value: 'ms', text: 'for the answer to a ping (10000)' },
  'log-level': {
    value: 'level',
    text: 'Verbose, Debug, Information, Warning, Error, Fatal',
  },
  'exit-with-parent': { text: 'end when standard input ends' },
  config: { value: 'file', text: 'YAML file with options, named like MaxAppendSize' },
  'allow-unknown-options': { text: 'warn of unknown options instead of refusing them' },
  'what-if': { text: 'print the options as they would be and end' },
  help: { text: 'print this text' },
  version: { text: 'print the version' },
}

/** EventStoreDB's name of an option in the environment: `EVENTSTORE_MAX_APPEND_SIZE`. */
export function variableOf(option: OptionName): string {
  return `EVENTSTORE_${option.replaceAll('-', '_').toUpperCase()}`
}

/** EventStoreDB's name of an option in a file: `MaxAppendSize`. */
export function fileKeyOf(option: OptionName): string {
  return option.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase())
}
