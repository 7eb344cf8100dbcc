import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { type CertificateFiles, isPkcs12 } from '../options/index.ts'

/** A certificate that TLS can be served with. */
export interface LoadedCertificate {
  readonly context: SecureContextOptions
  /** When it ends; undefined for PKCS #12, which Node does not look into. */
  readonly validUntil: Date | undefined
}

/** Reads a certificate and its key. Throws when a file is missing or the two do not belong together. */
export function loadCertificate(files: CertificateFiles): LoadedCertificate {
  const { certificateFile } = files
  try {
    const context = isPkcs12(certificateFile) ? pkcs12(files) : pem(files)
    createSecureContext(context)
    return { context, validUntil: validUntil(context) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`the certificate ${certificateFile} cannot be used: ${reason}`, {
      cause: error,
    })
  }
}

function pkcs12({ certificateFile, certificatePassword }: CertificateFiles): SecureContextOptions {
  return { pfx: readFileSync(certificateFile), passphrase: certificatePassword }
}

function pem(files: CertificateFiles): SecureContextOptions {
  return {
    cert: readFileSync(files.certificateFile),
    key: files.privateKeyFile === undefined ? undefined : readFileSync(files.privateKeyFile),
    passphrase: files.privateKeyPassword,
  }
}

function validUntil({ cert }: SecureContextOptions): Date | undefined {
  return Buffer.isBuffer(cert) ? new Date(new X509Certificate(cert).validTo) : undefined
}
