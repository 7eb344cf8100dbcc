import { isTransient } from '../../infrastructure/postgres/index.ts'
import { CheckpointMoved } from './checkpoints.ts'

/**
 * Besides what passes by itself: SQLSTATE classes 53 (out of disk, memory, connections), 57 (a statement
 * was cancelled, the server stops) and 58 (errors of its system), and 25006 (a standby that was
 * promoted or demoted): none of them is the doing of an event.
 */
const notTheEvent = /^(?:53...|57...|58...|25006)$/

/** Whether an error says nothing against the events: they may be stored at another time. */
export function passes(error: unknown): boolean {
  return error instanceof CheckpointMoved || isTransient(error) || notTheEvent.test(codeOf(error))
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
