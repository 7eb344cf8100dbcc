import { isIP } from 'node:net'
import type { AnonymousAccess } from '../access/secure-access.ts'
import type { DefaultPasswords } from '../access/default-users.ts'
import type { OptionName, OptionValues } from './option-rules.ts'
import type { GivenOptions } from './option-sources.ts'
import { UsageError } from './usage-error.ts'

/** The files of the node's certificate: PKCS #12, or PEM with its key. */
export interface CertificateFiles {
  readonly certificateFile: string
  readonly privateKeyFile: string | undefined
  readonly certificatePassword: string | undefined
  readonly privateKeyPassword: string | undefined
}

export interface Insecure {
  readonly kind: 'insecure'
}

export interface Secure {
  readonly kind: 'secure'
  readonly certificate: CertificateFiles
  /** Undefined: the one in the data folder. */
  readonly usersFile: string | undefined
  readonly defaultPasswords: DefaultPasswords
  readonly anonymous: AnonymousAccess
}

/** Options that say nothing unless the node is secure: who gives one takes it to be. */
const FOR_SECURE_NODES: readonly OptionName[] = [
  'certificate-private-key-file',
  'certificate-password',
  'certificate-private-key-password',
  'users-file',
  'default-admin-password',
  'default-ops-password',
  'allow-anonymous-stream-access',
  'allow-anonymous-endpoint-access',
  'override-anonymous-endpoint-access-for-gossip',
]

/** How the node is to be protected. */
export type Security = Insecure | Secure

/**
 * With a certificate the node is secure, with `insecure` it is not, and without either only where
 * nobody outside can reach it: on a loopback address, and nothing given asks for more. Throws
 * `UsageError`.
 */
export function securityOf(values: OptionValues, given: GivenOptions): Security {
  if (values.insecure) return { kind: 'insecure' }
  const certificateFile = values['certificate-file']
  if (certificateFile === undefined) return insecureOnLoopback(values, given)
  return {
    kind: 'secure',
    certificate: certificateFiles(certificateFile, values),
    usersFile: values['users-file'],
    defaultPasswords: {
      admin: values['default-admin-password'],
      ops: values['default-ops-password'],
    },
    anonymous: {
      toStreams: values['allow-anonymous-stream-access'],
      toEndpoints: values['allow-anonymous-endpoint-access'],
      toGossip: values['override-anonymous-endpoint-access-for-gossip'],
    },
  }
}

function insecureOnLoopback(values: OptionValues, given: GivenOptions): Insecure {
  for (const name of FOR_SECURE_NODES) {
    const option = given.get(name)
    if (option === undefined) continue
    throw new UsageError(
      `${option.label} needs --certificate-file: without one everybody may do everything, which ` +
        '--insecure must say',
    )
  }
  const nodeIp = values['node-ip']
  if (isLoopback(nodeIp)) return { kind: 'insecure' }
  throw new UsageError(
    `--node-ip ${nodeIp} can be reached from elsewhere: give --certificate-file, or --insecure ` +
      'to let everybody do everything',
  )
}

function certificateFiles(certificateFile: string, values: OptionValues): CertificateFiles {
  const privateKeyFile = values['certificate-private-key-file']
  if (isPkcs12(certificateFile) === (privateKeyFile !== undefined)) {
    throw new UsageError(
      'a PEM --certificate-file needs its --certificate-private-key-file, a PKCS #12 file has its own',
    )
  }
  return {
    certificateFile,
    privateKeyFile,
    certificatePassword: values['certificate-password'],
    privateKeyPassword: values['certificate-private-key-password'],
  }
}

/** Told by the name, as EventStoreDB does. */
export function isPkcs12(certificateFile: string): boolean {
  return /\.(?:p12|pfx)$/i.test(certificateFile)
}

/** Whether an address can be reached from the same machine alone. */
export function isLoopback(address: string): boolean {
  return isIP(address) === 4 ? address.startsWith('127.') : address === '::1'
}
