import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

const connectTimeoutMs = 10_000
const queryTimeoutMs = 10_000
const closeTimeoutMs = 2_000
/** A process whose host is gone loses its locks after 25 seconds; an idle one keeps them. */
const settings = `
  set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3;
  set idle_session_timeout = 0`
const lockNamespace = 'countroom projector '

/**
 * Named locks that one process in all can hold, each for as long as this connection lives. Postgres
 * lets go of them when the process dies, or soon after its host has fallen silent.
 */
export class LockSession {
  readonly #client: Client
  readonly #lost = new AbortController()

  /** Connects. Rejects when the database cannot be reached. */
  static async open(databaseUrl: string): Promise<LockSession> {
    const client = new Client({
      connectionString: databaseUrl,
      application_name: 'countroom projection locks',
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
    })
    const session = new LockSession(client)
    try {
      await client.connect()
      await client.query(settings)
      return session
    } catch (error) {
      await session.close()
      throw error
    }
  }

  private constructor(client: Client) {
    this.#client = client
    const lose = (): void => {
      this.#lost.abort()
    }
    client.on('error', lose)
    client.on('end', lose)
  }

  /** Aborts when the connection is gone, and every lock with it. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Takes those of the locks that are free, and gives their names. Waits for none. */
  async take(names: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.#client.query<{ name: string; taken: boolean }>(
      'select name, pg_try_advisory_lock(hashtextextended($1 || name, 0)) as taken ' +
        'from unnest($2::text[]) as name',
      [lockNamespace, names],
    )
    return rows.filter(({ taken }) => taken).map(({ name }) => name)
  }

  async release(name: string): Promise<void> {
    await this.#client.query('select pg_advisory_unlock(hashtextextended($1 || $2, 0))', [
      lockNamespace,
      name,
    ])
  }

  /** Lets go of all locks. */
  async close(): Promise<void> {
    const closed = this.#client.end().catch(() => undefined) // it was gone already
    await Promise.race([closed, sleep(closeTimeoutMs, undefined, { ref: false })])
  }
}
