import type { StoredRecord } from '../storage/record.ts'

/** A record as a read shows it, with the link it was reached by. */
export interface ResolvedRecord {
  /** Undefined when a link points at nothing that can be seen. */
  readonly event: StoredRecord | undefined
  readonly link: StoredRecord | undefined
}
