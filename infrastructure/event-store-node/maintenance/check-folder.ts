import { FORMAT, FORMAT_PROPERTY } from '../storage/store.ts'
import { openTablesToRead, type Tables } from '../storage/tables.ts'
import { checkIndex } from './check-index.ts'
import { checkLog, type LogSummary } from './check-log.ts'
import { checkStreams } from './check-streams.ts'
import { type Finding, Findings } from './findings.ts'
import { type Progress, StepProgress, type TellProgress } from './progress.ts'
import { Snapshot } from './snapshot.ts'

/** What a verification has looked at, and what it has found. */
export interface Checked extends LogSummary {
  readonly indexEntries: number
  readonly streams: number
  readonly findings: readonly Finding[]
  /** All there are; the list is bounded. */
  readonly findingsCount: number
}

const NOTHING = { records: 0, endPosition: 0, indexEntries: 0, streams: 0 }

/**
 * Checks a data folder from end to end, as it is at one moment. Damage to LMDB's own pages may end
 * the process, so this runs in one of its own, see verify.ts.
 */
export async function checkFolder(folder: string, tell: TellProgress): Promise<Checked> {
  const findings = new Findings()
  const tables = openedTables(folder, findings)
  const counts = tables === undefined ? NOTHING : await checkTables(tables, findings, tell)
  return { ...counts, findings: findings.list, findingsCount: findings.count }
}

function openedTables(folder: string, findings: Findings): Tables | undefined {
  try {
    return openTablesToRead(folder)
  } catch (error) {
    findings.add('file', error instanceof Error ? error.message : String(error))
    return undefined
  }
}

async function checkTables(tables: Tables, findings: Findings, tell: TellProgress) {
  const snapshot = new Snapshot(tables)
  const step = (name: Progress['step'], total: number) => new StepProgress(name, total, tell)
  try {
    if (!isFormatKnown(snapshot, findings)) return NOTHING
    const events = snapshot.about('revisions')
    const log = await checkLog(snapshot, findings, step('log', events))
    const indexEntries = await checkIndex(snapshot, findings, step('index', events))
    const names = step('streams', snapshot.about('streams'))
    return { ...log, indexEntries, streams: await checkStreams(snapshot, findings, names) }
  } finally {
    snapshot.close()
    await tables.environment.close()
  }
}

function isFormatKnown(snapshot: Snapshot, findings: Findings): boolean {
  const format = snapshot.get('properties', FORMAT_PROPERTY)?.toString()
  if (format === FORMAT) return true
  const there = format === undefined ? 'missing' : `'${format}'`
  findings.add('format', `the format is ${there}, where '${FORMAT}' was due`)
  return false
}
