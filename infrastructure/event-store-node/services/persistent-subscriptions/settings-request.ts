import { persistent } from '../../wire/persistent-codecs.ts'
import { invalidArgument } from '../../wire/rpc-error.ts'
import { type GroupSettings, isStrategyName } from './core/group-settings.ts'

type Settings = persistent.CreateReq.Settings | persistent.UpdateReq.Settings

const { DISPATCHTOSINGLE, PINNED, ROUNDROBIN } = persistent.CreateReq.ConsumerStrategy
/** Older clients name the strategy by number. */
const STRATEGY_BY_NUMBER: Readonly<Record<number, string>> = {
  [DISPATCHTOSINGLE]: 'DispatchToSingle',
  [ROUNDROBIN]: 'RoundRobin',
  [PINNED]: 'Pinned',
}
const TICKS_PER_MS = 10_000
const INT32_MAX = 2 ** 31 - 1

/** Reads the settings of a group, in their older or newer fields. Throws INVALID_ARGUMENT. */
export function settingsIn(settings: Settings | undefined): GroupSettings | UnknownStrategy {
  if (settings === undefined) throw invalidArgument('settings are required')
  const strategy = strategyNameIn(settings)
  if (!isStrategyName(strategy)) return new UnknownStrategy(strategy)
  return {
    resolveLinks: settings.getResolveLinks(),
    extraStatistics: settings.getExtraStatistics(),
    messageTimeoutMs: settings.hasMessageTimeoutTicks()
      ? ticksToMs(settings.getMessageTimeoutTicks())
      : settings.getMessageTimeoutMs(),
    maxRetryCount: settings.getMaxRetryCount(),
    checkpointAfterMs: settings.hasCheckpointAfterTicks()
      ? ticksToMs(settings.getCheckpointAfterTicks())
      : settings.getCheckpointAfterMs(),
    minCheckpointCount: settings.getMinCheckpointCount(),
    maxCheckpointCount: settings.getMaxCheckpointCount(),
    maxSubscriberCount: settings.getMaxSubscriberCount(),
    liveBufferSize: settings.getLiveBufferSize(),
    readBatchSize: settings.getReadBatchSize(),
    historyBufferSize: settings.getHistoryBufferSize(),
    strategy,
  }
}

/** Settings with a strategy that does not exist. */
export class UnknownStrategy {
  readonly flaw: string

  constructor(name: string) {
    this.flaw = `Consumer strategy ${name} does not exist.`
  }
}

function strategyNameIn(settings: Settings): string {
  const name = 'getConsumerStrategy' in settings ? settings.getConsumerStrategy() : ''
  if (name !== '') return name
  const number = settings.getNamedConsumerStrategy()
  return STRATEGY_BY_NUMBER[number] ?? String(number)
}

function ticksToMs(ticks: string): number {
  return Math.min(INT32_MAX, Math.trunc(Number(ticks) / TICKS_PER_MS))
}
