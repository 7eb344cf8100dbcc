/** Counts the clients of this process; each gets a TCP connection of its own by it. */
let clientCount = 0

/**
 * The connection string for the next client. Channels with equal options share one connection:
 * while another client still holds on to one that hangs, the next client would be given the same.
 * A keepalive interval of its own keeps each apart.
 */
export function connectionStringOf(given: string): string {
  clientCount = (clientCount + 1) % 1_000
  const intervalMs = Number(/[?&]keepAliveInterval=(-?\d+)/i.exec(given)?.[1] ?? 10_000)
  const keepAliveInterval = intervalMs < 0 ? intervalMs : intervalMs + clientCount
  const separator = given.includes('?') ? '&' : '?'
  return `${given}${separator}keepAliveInterval=${keepAliveInterval}`
}

/** What the client says of a malformed string repeats parts of it, a password among them. */
export function harmlessReason(error: unknown): string {
  if (error instanceof Error && !('connectionString' in error)) return error.message
  return 'expected esdb://host:port?key=value'
}
