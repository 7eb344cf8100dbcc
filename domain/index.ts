/** The face of the domain: what may happen to an account and what it does to money. */
export type { Account, Answer, Balance, Result, RoundEnd, Transaction } from './account/account.ts'
export { emptyAccount, roundKey, transactionKey } from './account/account.ts'
export type { AccountCommand, AccountEvent } from './account/capabilities.ts'
export { commands, events } from './account/capabilities.ts'
export type { Archive, Context } from './account/capability.ts'
export { emptyArchive } from './account/capability.ts'
export type { ArchiveQuestion } from './account/decide.ts'
export { archiveQuestion, decide } from './account/decide.ts'
export { answerOf, evolve, fold } from './account/evolve.ts'
export { windowLength } from './account/key-window.ts'
export { decodeEvent, encodeEvent, UnreadableEvent } from './account/recorded.ts'
export type { EventMetadata, ReadEvent } from './account/stream.ts'
export { ACCOUNT_STREAM_PREFIX, accountStream, readAccountEvent } from './account/stream.ts'
export type { Replay } from './account/transactions.ts'
export type { TransactionKey, TransactionReference } from './command.ts'
export { externalId, partyName, uuid } from './command.ts'
export { currencyCode, exponentOf } from './money/currency.ts'
export type { Money } from './money/money.ts'
export { AMOUNT_LIMIT_MINOR, money, positiveMoney, toDecimal } from './money/money.ts'
export {
  encodePaymentAssigned,
  ownerOfPayment,
  PaymentAssigned,
  paymentStream,
} from './payment/payment.ts'
export type { LedgerAccount, Posting } from './postings.ts'
export { ledgerAccounts, postings } from './postings.ts'
export type { Rejection, RejectionCode, RejectionDetails } from './rejection.ts'
export { reject, rejectionCodes } from './rejection.ts'
export type { JurisdictionCode, JurisdictionRules } from './rules.ts'
export { jurisdictionCodes } from './rules.ts'
