import type { JurisdictionRules } from '../../domain/index.ts'

export const greatBritain: JurisdictionRules = {
  jurisdiction: 'GB',
  market: 'Great Britain',
  source: 'UK Gambling Commission, Remote Technical Standards, RTS 14B',
  asOf: '2026-11-22',
  withdrawals: { playerMayCancel: false },
}
