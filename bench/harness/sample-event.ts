import { randomUUID } from 'node:crypto'
import type { NewEvent } from '../../infrastructure/event-store/index.ts'

/** An event like a bet's: some 350 bytes of JSON in data and metadata, nothing twice the same. */
export function sampleEvent(): NewEvent {
  const id = randomUUID()
  const sessionId = id.slice(9)
  const minor = 100 + (id.charCodeAt(0) % 10) * 25
  return {
    id,
    type: 'BetPlaced',
    data: {
      transaction: id.slice(0, 18),
      provider: 'acme',
      gameId: 'book-of-counting',
      sessionId,
      roundId: id.slice(24),
      amount: { minor: `${minor}`, currency: 'EUR' },
      balance: { before: `${100_000 + minor}`, after: '100000' },
    },
    metadata: { schemaVersion: 1, actor: 'provider:acme', jurisdiction: 'MT', correlationId: id },
  }
}
