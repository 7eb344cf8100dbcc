import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A certificate and its key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

const DAY_MS = 86_400_000
const ECDSA_WITH_SHA256 = oid('2a8648ce3d040302')
const COMMON_NAME = oid('550403')
const SUBJECT_ALT_NAME = oid('551d11')

/** Makes a self-signed certificate (X.509, RFC 5280) for 127.0.0.1 and localhost, valid for a day. */
export function selfSignedCertificate(commonName = 'test node'): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(COMMON_NAME, text(0x0c, commonName))))
  const now = Date.now()
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    sequence(ECDSA_WITH_SHA256),
    name,
    sequence(time(now - DAY_MS), time(now + DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(SUBJECT_ALT_NAME, der(0x04, alternativeNames())))),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const bits = der(0x03, Buffer.concat([Buffer.from([0]), signature]))
  const certificate = sequence(toBeSigned, sequence(ECDSA_WITH_SHA256), bits)
  return {
    cert: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function alternativeNames(): Buffer {
  return sequence(text(0x82, 'localhost'), der(0x87, Buffer.from([127, 0, 0, 1])))
}

/** One value in DER: its tag, its length, its content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag, ...lengthOf(bytes)]), bytes])
}

/** As short as it can be, as DER demands. */
function lengthOf({ length }: Buffer): number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

function sequence(...content: Buffer[]): Buffer {
  return der(0x30, ...content)
}

function set(...content: Buffer[]): Buffer {
  return der(0x31, ...content)
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes)
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function text(tag: number, value: string): Buffer {
  return der(tag, Buffer.from(value))
}

function time(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replaceAll(/^..|[-:T]|\.\d+/g, '')
  return text(0x17, digits)
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
