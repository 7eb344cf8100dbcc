/** Counts the clients of this process; each gets a TCP connection of its own by it. */
let clientCount = 0

/**
 * The connection string for the next client. Channels with equal options share one connection:
 * while another client still holds on to one that hangs, the next client would be given the same.
 * A keepalive interval of its own keeps each apart; where keepalive is turned off (-1), its timeout
 * does, which nothing waits for then.
 */
export function connectionStringOf(given: string): string {
  clientCount = (clientCount + 1) % 1_000
  const intervalMs = numberIn(given, 'keepAliveInterval') ?? DEFAULT_MS
  const separator = given.includes('?') ? '&' : '?'
  if (intervalMs >= 0) return `${given}${separator}keepAliveInterval=${intervalMs + clientCount}`
  const timeoutMs = Math.max(numberIn(given, 'keepAliveTimeout') ?? DEFAULT_MS, 0)
  return `${given}${separator}keepAliveTimeout=${timeoutMs + clientCount}`
}

/** Of both, in the official client. */
const DEFAULT_MS = 10_000

/** The last one counts where an option is given twice. */
function numberIn(connectionString: string, option: string): number | undefined {
  const all = [...connectionString.matchAll(new RegExp(`[?&]${option}=(-?\\d+)`, 'gi'))]
  const value = all.at(-1)?.[1]
  return value === undefined ? undefined : Number(value)
}

/** What the client says of a malformed string repeats parts of it, a password among them. */
export function harmlessReason(error: unknown): string {
  if (error instanceof Error && !('connectionString' in error)) return error.message
  return 'expected esdb://host:port?key=value'
}
