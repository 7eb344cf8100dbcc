import { z } from 'zod'
import { transactionReference, uuid } from '../command.ts'
import { event, type EventFrom } from '../event.ts'

/**
 * A payment of a gateway belongs to one account: whoever it is settled for first. So one payment is
 * never credited to two players, whatever a site sends.
 */
export const PaymentAssigned = event('PaymentAssigned', 1, {
  transaction: transactionReference.omit({ digest: true }),
  playerId: uuid,
})
export type PaymentAssigned = EventFrom<typeof PaymentAssigned>

/** One stream a payment, named by an id derived from the gateway and its transaction id. */
export function paymentStream(paymentId: string): string {
  return `payment-${paymentId}`
}

/** The JSON the event is stored as. */
export function encodePaymentAssigned({ data }: PaymentAssigned): Record<string, unknown> {
  return z.encode(PaymentAssigned.schema, data)
}

/** Whose payment it is. @throws z.ZodError for data that is not of a PaymentAssigned */
export function ownerOfPayment(storedData: unknown): string {
  return z.decode(PaymentAssigned.schema, storedData as z.input<typeof PaymentAssigned.schema>)
    .playerId
}
