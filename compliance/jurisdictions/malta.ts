import type { JurisdictionRules } from '../../domain/index.ts'

export const malta: JurisdictionRules = {
  jurisdiction: 'MT',
  market: 'Malta',
  source:
    'Malta Gaming Authority, Player Protection Directive (unverified: no rule against it known)',
  asOf: '2026-11-22',
  withdrawals: { playerMayCancel: true },
}
