import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/**
 * A password's hash by scrypt (RFC 7914), with all that is needed to compute it again. The bounds
 * keep a users file from asking for more memory (128 · N · r bytes) or time than a check may cost.
 */
export const passwordHash = z.strictObject({
  algorithm: z.literal('scrypt'),
  N: z.int().min(1_024).max(131_072),
  r: z.int().min(1).max(16),
  p: z.int().min(1).max(8),
  salt: z.base64().min(16).max(128),
  hash: z.base64().min(24).max(128),
})

export type PasswordHash = z.infer<typeof passwordHash>

/** 32 MiB and about a quarter of a second. */
const COST = { N: 32_768, r: 8, p: 3 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32
const MEMORY_BYTES_MAX = 512 * 1_048_576

/** Hashes a new password, with a salt of its own. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, salt, HASH_BYTES, COST)
  return {
    algorithm: 'scrypt',
    ...COST,
    salt: salt.toString('base64'),
    hash: hash.toString('base64'),
  }
}

/** Whether a password is the one that was hashed, in the same time whatever differs. */
export async function isPassword(password: string, known: PasswordHash): Promise<boolean> {
  const expected = Buffer.from(known.hash, 'base64')
  const salt = Buffer.from(known.salt, 'base64')
  const actual = await derive(password, salt, expected.length, known)
  return timingSafeEqual(actual, expected)
}

/** The hash of a password nobody has: checking against it takes as long as against a real one. */
export function unknownPassword(): PasswordHash {
  return {
    algorithm: 'scrypt',
    ...COST,
    salt: randomBytes(SALT_BYTES).toString('base64'),
    hash: randomBytes(HASH_BYTES).toString('base64'),
  }
}

function derive(
  password: string,
  salt: Buffer,
  lengthBytes: number,
  { N, r, p }: Pick<PasswordHash, 'N' | 'r' | 'p'>,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFC'),
      salt,
      lengthBytes,
      { N, r, p, maxmem: MEMORY_BYTES_MAX },
      (error, key) => {
        if (error === null) resolve(key)
        else reject(error)
      },
    )
  })
}
