import { isIP } from 'node:net'
import type { AnonymousAccess } from '../access/secure-access.ts'
import type { DefaultPasswords } from '../access/default-users.ts'
import type { OptionValues } from './option-rules.ts'
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

/** How the node is to be protected. */
export type Security = Insecure | Secure

/**
 * With a certificate the node is secure, with `insecure` it is not, and without either only where
 * nobody outside can reach it: on a loopback address. Throws `UsageError`.
 */
export function securityOf(values: OptionValues): Security {
  if (values.insecure) return { kind: 'insecure' }
  const certificateFile = values['certificate-file']
  if (certificateFile === undefined) return insecureOnLoopback(values)
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

function insecureOnLoopback(values: OptionValues): Insecure {
  if (values['certificate-private-key-file'] !== undefined) {
    throw new UsageError('--certificate-private-key-file needs --certificate-file')
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

function isLoopback(address: string): boolean {
  return isIP(address) === 4 ? address.startsWith('127.') : address === '::1'
}
