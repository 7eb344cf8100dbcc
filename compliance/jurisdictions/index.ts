import type { JurisdictionCode, JurisdictionRules } from '../../domain/index.ts'
import { greatBritain } from './great-britain.ts'
import { malta } from './malta.ts'

/** The rules of every market countroom serves. */
export const jurisdictions: Readonly<Record<JurisdictionCode, JurisdictionRules>> = {
  GB: greatBritain,
  MT: malta,
}
