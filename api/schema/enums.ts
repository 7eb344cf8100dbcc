import {
  commands,
  jurisdictionCodes,
  type LedgerAccount,
  type RejectionCode,
  rejectionCodes,
  type Result,
} from '../../domain/index.ts'
import type { RoundStatus } from '../../projections/index.ts'
import { builder } from './builder.ts'

export const RejectionCodeType = builder.enumType('RejectionCode', {
  description: 'Every reason for which a command is refused. More may be added.',
  values: Object.fromEntries(
    Object.entries(rejectionCodes).map(([code, { message }]) => [code, { description: message }]),
  ) as Record<RejectionCode, { description: string }>,
})

export const Jurisdiction = builder.enumType('Jurisdiction', {
  description: 'The market whose rules hold for a player, by ISO 3166-1 code.',
  values: jurisdictionCodes,
})

export const WithdrawalCancelReason = builder.enumType('WithdrawalCancelReason', {
  values: commands.CancelWithdrawal.schema.shape.reason.options,
})

export const RollbackResult = builder.enumType('RollbackResult', {
  values: {
    ROLLED_BACK: { description: 'The stake was given back.' },
    ALREADY_ROLLED_BACK: { description: 'Another rollback gave the stake back before.' },
    TOMBSTONED: { description: 'No such bet has come; if it comes it will be refused.' },
  } satisfies Record<Exclude<Result, 'DONE'>, { description: string }>,
})

export const RoundStatusType = builder.enumType('RoundStatus', {
  description: 'The status of a game cycle (GLI-19 2.8.2).',
  values: {
    IN_PROGRESS: { value: 'in progress' },
    COMPLETE: { value: 'complete' },
    INTERRUPTED: { value: 'interrupted', description: 'Its session closed before it ended.' },
    CANCELLED: { value: 'cancelled', description: 'Every bet was rolled back.' },
  } satisfies Record<string, { value: RoundStatus; description?: string }>,
})

export const LedgerAccountType = builder.enumType('LedgerAccount', {
  description: 'Accounts of double entry: those of a player, and those of the house.',
  values: {
    PLAYER_CASH: { value: 'player:cash' },
    PLAYER_HELD: { value: 'player:held' },
    HOUSE_GAMING: { value: 'house:gaming' },
    HOUSE_GATEWAY_CLEARING: { value: 'house:gateway-clearing' },
  } satisfies Record<string, { value: LedgerAccount }>,
})

export const RoundTransactionKind = builder.enumType('RoundTransactionKind', {
  values: { BET: { value: 'bet' }, WIN: { value: 'win' } },
})
