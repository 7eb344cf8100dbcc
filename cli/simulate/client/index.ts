export type { ApiClient, ClientFigures, OnFailed, Spoiling } from './api-client.ts'
export { createApiClient, GivenUp } from './api-client.ts'
export { balanceAnswered, moneyAnswered, UnreadableAnswer } from './answers.ts'
export { balanceQuery, roundsQuery, statementQuery, trialBalanceQuery } from './documents.ts'
