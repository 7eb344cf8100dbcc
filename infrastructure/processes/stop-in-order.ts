import type { ProcessLogger } from './process-logger.ts'

/** Something that was started and has to be stopped again. */
export interface Part {
  readonly name: string
  stop(): Promise<void>
}

/**
 * Stops the parts of a system one after the other, the last started first. A part that fails to
 * stop does not keep the others from being stopped.
 *
 * @param parts in the order in which they were started
 * @throws AggregateError with what failed, after all were tried
 */
export async function stopInOrder(parts: readonly Part[], logger: ProcessLogger): Promise<void> {
  const failures: unknown[] = []
  for (const part of parts.toReversed()) {
    try {
      await part.stop()
      logger.info(`${part.name} stopped`)
    } catch (error) {
      logger.error({ err: error }, `${part.name} could not be stopped`)
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped')
}
