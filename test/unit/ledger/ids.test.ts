import { expect, test } from 'vitest'
import { createdIdFor, eventIdFor, paymentIdFor, playerIdFor } from '../../../ledger/ids.ts'

test('ids are what they were when the first events were stored', () => {
  const transaction = { issuer: 'provider:acme', id: 'tö-1', digest: 'd' }
  expect([
    playerIdFor(transaction),
    paymentIdFor(transaction),
    createdIdFor('p', transaction),
    eventIdFor('p', transaction, 3),
  ]).toEqual([
    '14832c68-8184-5ab4-9c53-7ac886aae238',
    '7da3a878-feaa-56b9-bae7-b6d97c391c38',
    '2e072396-498b-5ef3-ba71-b6f6464afa84',
    '3d92b9fd-b959-5351-9775-0c6de96d5f28',
  ])
})
