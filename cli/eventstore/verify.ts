import {
  type Progress,
  type Verification,
  verifyFolder,
} from '../../infrastructure/event-store-node/maintenance/index.ts'
import { complain } from './exit-codes.ts'

export interface VerifyFlags {
  readonly db: string
  readonly json?: true
}

const VERIFICATION_FAILED = 3

/** Checks a data folder and says what it found; gives the exit code. */
export async function verify({ db, json }: VerifyFlags): Promise<number> {
  try {
    const verification = await verifyFolder(db, sayProgress)
    if (process.stderr.isTTY) process.stderr.write('\n')
    process.stdout.write(
      `${json === true ? JSON.stringify(verification) : inWords(verification)}\n`,
    )
    return verification.ok ? 0 : VERIFICATION_FAILED
  } catch (error) {
    return complain(error)
  }
}

/** One line that is written over on a terminal, lines elsewhere. */
function sayProgress({ step, done, total }: Progress): void {
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total)
  const text = `verifying ${step}: ${done} of ${total} (${percent} %)`
  process.stderr.write(process.stderr.isTTY ? `\r\u001B[K${text}` : `${text}\n`)
}

function inWords(verification: Verification): string {
  const { folder, ok, records, streams, endPosition, findings, findingsCount } = verification
  const looked = `${folder}: ${records} events in ${streams} streams, up to position ${endPosition}`
  if (ok) return `${looked}: no fault found`
  const lines = [`${looked}: ${findingsCount} faults`]
  for (const { kind, message } of findings) lines.push(`  ${kind}: ${message}`)
  const left = findingsCount - findings.length
  if (left > 0) lines.push(`  and ${left} more`)
  return lines.join('\n')
}
