import type { Logger } from 'pino'

/** Where a process's own lines and word of its starts, deaths and stops go. A pino logger is one. */
export type ProcessLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>
