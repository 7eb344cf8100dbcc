import { createHmac, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { unauthenticated } from '../wire/rpc-error.ts'
import { parseBasicCredentials, type BasicCredentials } from './basic-credentials.ts'
import type { PasswordChecks } from './password-checks.ts'
import { unknownPassword } from './password-hash.ts'
import { ANONYMOUS, type Principal } from './principal.ts'
import type { Users } from './users.ts'

const KNOWN_MAX = 1_000
const KNOWN_FOR_MS = 3_600_000
const REFUSED_MAX = 1_000
const REFUSED_FOR_MS = 5_000

/**
 * Finds out who a caller is. Credentials that were checked are known for a while by a keyed hash,
 * so that only the first of many calls costs the work of a password check; who is changed in the
 * users file is checked again.
 */
export class Authenticator {
  readonly #users: Users
  readonly #checks: PasswordChecks
  readonly #key = randomBytes(32)
  readonly #nobody = unknownPassword()
  readonly #known = new LRUCache<string, Principal>({ max: KNOWN_MAX, ttl: KNOWN_FOR_MS })
  /** The names that were given. */
  readonly #refused = new LRUCache<string, string>({ max: REFUSED_MAX, ttl: REFUSED_FOR_MS })
  readonly #underWay = new Map<string, Promise<Principal>>()

  constructor(users: Users, checks: PasswordChecks) {
    this.#users = users
    this.#checks = checks
    users.onChange((names) => {
      this.#forget(names)
    })
  }

  /**
   * Who sends these `authorization` headers from an address; nobody in particular without any. Rejects with
   * UNAUTHENTICATED, the same and after the same work whatever is wrong with them.
   */
  async authenticate(headers: readonly (string | Buffer)[], address: string): Promise<Principal> {
    const [header] = headers
    if (header === undefined) return ANONYMOUS
    if (headers.length > 1 || typeof header !== 'string') throw unauthenticated()
    this.#users.look()
    const key = createHmac('sha256', this.#key).update(header).digest('base64')
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.#refused.has(key)) throw unauthenticated()
    const underWay = this.#underWay.get(key) ?? this.#begin(key, header, address)
    return underWay
  }

  /** Many calls may bring the same credentials at once: they share one check. */
  #begin(key: string, header: string, address: string): Promise<Principal> {
    const credentials = parseBasicCredentials(header)
    if (credentials === undefined) return Promise.reject(unauthenticated())
    const check = this.#check(key, credentials, address).finally(() => {
      this.#underWay.delete(key)
    })
    this.#underWay.set(key, check)
    return check
  }

  async #check(key: string, credentials: BasicCredentials, address: string): Promise<Principal> {
    const { name, password } = credentials
    const user = this.#users.find(name)
    const isRight = await this.#checks.check(password, user?.password ?? this.#nobody, address)
    if (this.#users.find(name) !== user) return this.#check(key, credentials, address)
    if (user === undefined || user.disabled || !isRight) {
      this.#refused.set(key, name)
      throw unauthenticated()
    }
    const principal = { name, groups: user.groups }
    this.#known.set(key, principal)
    return principal
  }

  #forget(names: ReadonlySet<string>): void {
    for (const [key, { name }] of this.#known) {
      if (name !== undefined && names.has(name)) this.#known.delete(key)
    }
    for (const [key, name] of this.#refused) if (names.has(name)) this.#refused.delete(key)
  }
}
