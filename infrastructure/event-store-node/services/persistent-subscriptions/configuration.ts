import { z } from 'zod'
import type { Store } from '../../storage/store.ts'
import { isStrategyName } from './core/group-settings.ts'
import { ALL, type GroupDefinition } from './group-definition.ts'
import { lastEvent } from './last-event.ts'
import { parsePlace, placeText } from './place-text.ts'
import { appendSystemEvent, jsonEvent, writeSystemMetadata } from './system-events.ts'

const STREAM = '$persistentSubscriptionConfig'
const EVENT_TYPE = '$PersistentSubscriptionConfig'
const VERSION = '2'
const KEPT_COUNT = 2
/** Readers of `$all` are sent the configuration too: it is no larger than an append may be. */
export const CONFIGURATION_BYTES_MAX = 1_048_576

const count = z.number().int()
const storedFilter = z.object({
  context: z.enum(['streamid', 'eventtype']),
  type: z.enum(['regex', 'prefix']),
  data: z.string(),
  /** Prefixes one by one; `data` has them joined by commas. */
  prefixes: z.array(z.string()).optional(),
})

/** A group as a real server keeps it, and where its end was when it was made. */
const storedEntry = z.object({
  stream: z.string(),
  group: z.string(),
  filter: storedFilter.nullish(),
  resolveLinkTos: z.boolean(),
  extraStatistics: z.boolean(),
  messageTimeout: count,
  startPosition: z.string(),
  startsAfter: z.number().optional(),
  liveBufferSize: count,
  historyBufferSize: count,
  maxRetryCount: count,
  readBatchSize: count,
  checkPointAfter: count,
  minCheckPointCount: count,
  maxCheckPointCount: count,
  maxSubscriberCount: count,
  namedConsumerStrategy: z.string(),
})
type StoredEntry = z.infer<typeof storedEntry>

const storedConfiguration = z.object({ entries: z.array(storedEntry) })

/** Reads the groups that the node has. Throws when what is stored cannot be understood. */
export function loadConfiguration(store: Store): GroupDefinition[] {
  const event = lastEvent(store, STREAM)
  if (event === undefined) return []
  const content: unknown = JSON.parse(event.data.toString('utf8'))
  return storedConfiguration.parse(content).entries.map(toDefinition)
}

/** Keeps the groups that the node has, durably. */
export async function saveConfiguration(
  store: Store,
  groups: readonly GroupDefinition[],
  updatedBy: string | undefined,
): Promise<void> {
  if (store.states.view(STREAM).metadata.maxCount !== KEPT_COUNT) {
    await writeSystemMetadata(store, STREAM, { $maxCount: KEPT_COUNT })
  }
  const event = jsonEvent(EVENT_TYPE, {
    version: VERSION,
    updated: new Date(store.nowMs()).toISOString(),
    updatedBy,
    entries: groups.map(toEntry),
  })
  const outcome = await appendSystemEvent(store, STREAM, event)
  if (outcome.kind !== 'written') throw new Error(`${STREAM} is not writable: ${outcome.kind}`)
}

/** How many bytes the settings of groups take, which all are kept in one event. */
export function configurationBytes(groups: readonly GroupDefinition[]): number {
  return Buffer.byteLength(JSON.stringify(groups.map(toEntry)))
}

function toEntry(definition: GroupDefinition): StoredEntry {
  const { streamName, groupName, filter, startFrom, startsAfter, settings } = definition
  return {
    stream: streamName,
    group: groupName,
    filter: filter && {
      context: filter.by === 'stream-name' ? 'streamid' : 'eventtype',
      type: filter.regex === '' ? 'prefix' : 'regex',
      data: filter.regex === '' ? filter.prefixes.join(',') : filter.regex,
      prefixes: [...filter.prefixes],
    },
    resolveLinkTos: settings.resolveLinks,
    extraStatistics: settings.extraStatistics,
    messageTimeout: settings.messageTimeoutMs,
    startPosition: placeText(streamName, startFrom.place, startFrom.prepare),
    startsAfter,
    liveBufferSize: settings.liveBufferSize,
    historyBufferSize: settings.historyBufferSize,
    maxRetryCount: settings.maxRetryCount,
    readBatchSize: settings.readBatchSize,
    checkPointAfter: settings.checkpointAfterMs,
    minCheckPointCount: settings.minCheckpointCount,
    maxCheckPointCount: settings.maxCheckpointCount,
    maxSubscriberCount: settings.maxSubscriberCount,
    namedConsumerStrategy: settings.strategy,
  }
}

function toDefinition(entry: StoredEntry): GroupDefinition {
  const { stream: streamName, group: groupName, namedConsumerStrategy: strategy } = entry
  const startFrom = parsePlace(entry.startPosition)
  if (startFrom === undefined || !isStrategyName(strategy)) {
    throw new Error(`the configuration of group ${groupName} on ${streamName} is not understood`)
  }
  return {
    streamName,
    groupName,
    startFrom,
    startsAfter: entry.startsAfter ?? startFrom.place - 1,
    filter: streamName === ALL && entry.filter ? toFilter(entry.filter) : undefined,
    settings: {
      resolveLinks: entry.resolveLinkTos,
      extraStatistics: entry.extraStatistics,
      messageTimeoutMs: entry.messageTimeout,
      liveBufferSize: entry.liveBufferSize,
      historyBufferSize: entry.historyBufferSize,
      maxRetryCount: entry.maxRetryCount,
      readBatchSize: entry.readBatchSize,
      checkpointAfterMs: entry.checkPointAfter,
      minCheckpointCount: entry.minCheckPointCount,
      maxCheckpointCount: entry.maxCheckPointCount,
      maxSubscriberCount: entry.maxSubscriberCount,
      strategy,
    },
  }
}

function toFilter({ context, type, data, prefixes }: z.infer<typeof storedFilter>) {
  const by = context === 'streamid' ? ('stream-name' as const) : ('event-type' as const)
  return type === 'regex'
    ? { by, regex: data, prefixes: [] }
    : { by, regex: '', prefixes: prefixes ?? data.split(',') }
}
