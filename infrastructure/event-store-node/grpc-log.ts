import type { Logger } from 'pino'

/**
 * Where gRPC writes what it has to say: into the log, at level debug as every client can cause it,
 * and without the values that follow the first colon: they may be credentials.
 */
export function grpcLog(logger: Logger) {
  const say = (message: unknown): void => {
    logger.debug(`gRPC: ${String(message).split(':', 1)[0]}`)
  }
  return { error: say, info: say, debug: say }
}
