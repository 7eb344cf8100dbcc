import {
  encodePaymentAssigned,
  type JurisdictionCode,
  ownerOfPayment,
  PaymentAssigned,
  paymentStream,
  type TransactionKey,
} from '../domain/index.ts'
import type { EventStore, JsonObject, NewEvent } from '../infrastructure/event-store/index.ts'
import { eventIdFor, paymentIdFor } from './ids.ts'
import type { CommandOrigin } from './ledger.ts'

/** Who is to have a payment. */
export interface PaymentClaim {
  readonly playerId: string
  readonly transaction: TransactionKey
  readonly origin: CommandOrigin
  readonly jurisdiction: JurisdictionCode
  readonly decidedAt: string
}

/**
 * Assigns a payment to a player, durably, unless it is another player's. Claimed again by the same
 * player, whose deposit a crash may have kept from being credited, it is theirs.
 * @returns whether the payment is the player's
 * @throws what appending and reading throw
 */
export async function claimPayment(eventStore: EventStore, claim: PaymentClaim): Promise<boolean> {
  const stream = paymentStream(paymentIdFor(claim.transaction))
  const { status } = await eventStore.append(stream, [assignment(claim)], 'no-stream')
  if (status === 'appended') return true
  for await (const { data } of eventStore.readStream(stream, { maxCount: 1 })) {
    return ownerOfPayment(data) === claim.playerId
  }
  throw new Error(`${stream} has been appended to, and has no event`)
}

function assignment(claim: PaymentClaim): NewEvent {
  const { playerId, transaction, origin, jurisdiction, decidedAt } = claim
  const event = PaymentAssigned({ transaction, playerId })
  return {
    id: eventIdFor(playerId, { ...transaction, digest: 'payment' }, 0),
    type: event.type,
    data: encodePaymentAssigned(event) as JsonObject,
    metadata: {
      schemaVersion: event.version,
      actor: origin.actor,
      correlationId: origin.correlationId,
      causationId: `${transaction.issuer} ${transaction.id}`,
      jurisdiction,
      decidedAt,
    },
  }
}
