/** How messages are dealt out to the consumers of a group. */
export const STRATEGY_NAMES = [
  'DispatchToSingle',
  'RoundRobin',
  'Pinned',
  'PinnedByCorrelation',
] as const

export type StrategyName = (typeof STRATEGY_NAMES)[number]

/** Whether a strategy of that name exists. */
export function isStrategyName(name: string): name is StrategyName {
  return STRATEGY_NAMES.some((known) => known === name)
}

/** What a group was created with, by the names of the protocol. */
export interface GroupSettings {
  readonly resolveLinks: boolean
  readonly extraStatistics: boolean
  /** A message that is not answered for so long is retried, at the next tick. */
  readonly messageTimeoutMs: number
  readonly maxRetryCount: number
  /** Least time between two checkpoints; 0: only `maxCheckpointCount` counts. */
  readonly checkpointAfterMs: number
  readonly minCheckpointCount: number
  readonly maxCheckpointCount: number
  /** 0: any number. */
  readonly maxSubscriberCount: number
  readonly liveBufferSize: number
  readonly readBatchSize: number
  readonly historyBufferSize: number
  readonly strategy: StrategyName
}

const NUMBERS = [
  'messageTimeoutMs',
  'maxRetryCount',
  'checkpointAfterMs',
  'minCheckpointCount',
  'maxCheckpointCount',
  'maxSubscriberCount',
  'liveBufferSize',
  'readBatchSize',
  'historyBufferSize',
] as const

/** What is wrong with settings, or undefined. */
export function flawOfSettings(settings: GroupSettings): string | undefined {
  for (const field of NUMBERS) {
    if (settings[field] < 0) return `${field} must not be negative`
  }
  if (settings.readBatchSize >= settings.historyBufferSize) {
    return (
      'Specified argument was out of the range of valid values. ' +
      "(Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')"
    )
  }
  return undefined
}
