import { randomUUID } from 'node:crypto'
import type { NewEvent } from '../../infrastructure/event-store/index.ts'

/** An event like a bet's in the ledger: the same fields, 590 bytes of JSON in data and metadata, nothing twice the same. */
export function sampleEvent(): NewEvent {
  const id = randomUUID()
  const betId = id.slice(9)
  const minor = 100 + (id.charCodeAt(0) % 10) * 25
  return {
    id,
    type: 'BetPlaced',
    data: {
      transaction: { issuer: 'provider:acme', id: betId, digest: `${id}-digest` },
      provider: 'acme',
      gameId: 'slot',
      sessionId: id,
      roundId: id.slice(24),
      amount: { minor: `${minor}`, currency: 'EUR' },
      balance: {
        before: { cash: `${100_000 + minor}`, held: '0' },
        after: { cash: '100000', held: '0' },
      },
    },
    metadata: {
      schemaVersion: 1,
      actor: 'provider:acme',
      correlationId: id,
      causationId: `provider:acme ${betId}`,
      jurisdiction: 'MT',
      decidedAt: '2026-01-01T12:00:00.000Z',
    },
  }
}
