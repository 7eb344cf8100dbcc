import { persistent } from '../../wire/persistent-codecs.ts'
import type { Consumer } from './core/consumer.ts'
import type { Group } from './group.ts'
import { type ItemRate, perSecond } from './item-rate.ts'
import { placeText } from './place-text.ts'

/** What GetInfo and List tell of a group. */
export function toSubscriptionInfo(group: Group, nowMs: number): persistent.SubscriptionInfo {
  const info = new persistent.SubscriptionInfo()
  const { streamName, groupName } = group.definition
  const elapsedMs = group.rate.elapsedMs(nowMs)
  info.setEventSource(streamName)
  info.setGroupName(groupName)
  info.setStatus(group.core.status)
  info.setConnectionsList(
    Array.from(group.subscribers, ([consumer, subscriber]) => {
      const connection = toConnectionInfo(consumer, subscriber.rate, elapsedMs)
      connection.setUsername(subscriber.userName)
      connection.setConnectionName(subscriber.connectionName)
      return connection
    }),
  )
  const count = group.rate.take(group.totalItems)
  info.setAveragePerSecond(perSecond(count, elapsedMs))
  info.setTotalItems(String(group.totalItems))
  info.setCountSinceLastMeasurement(String(count))
  setSettings(info, group)
  setProgress(info, group)
  return info
}

function setSettings(info: persistent.SubscriptionInfo, { definition }: Group): void {
  const { streamName, startFrom, settings } = definition
  info.setStartFrom(placeText(streamName, startFrom.place, startFrom.prepare))
  info.setResolveLinkTos(settings.resolveLinks)
  info.setExtraStatistics(settings.extraStatistics)
  info.setMessageTimeoutMilliseconds(settings.messageTimeoutMs)
  info.setMaxRetryCount(settings.maxRetryCount)
  info.setLiveBufferSize(settings.liveBufferSize)
  info.setBufferSize(settings.historyBufferSize)
  info.setReadBatchSize(settings.readBatchSize)
  info.setCheckPointAfterMilliseconds(settings.checkpointAfterMs)
  info.setMinCheckPointCount(settings.minCheckpointCount)
  info.setMaxCheckPointCount(settings.maxCheckpointCount)
  info.setNamedConsumerStrategy(settings.strategy)
  info.setMaxSubscriberCount(settings.maxSubscriberCount)
}

function setProgress(info: persistent.SubscriptionInfo, group: Group): void {
  const { core, checkpoints, definition } = group
  const textOf = (place: number | undefined) =>
    place === undefined ? '' : placeText(definition.streamName, place)
  info.setLastCheckpointedEventPosition(textOf(checkpoints.stored))
  info.setLastKnownEventPosition(textOf(core.lastKnown))
  info.setReadBufferCount(core.waiting.freshCount)
  info.setLiveBufferCount(String(core.waiting.liveCount))
  info.setRetryBufferCount(core.waiting.retryCount)
  info.setTotalInFlightMessages(core.inFlightCount)
  info.setOutstandingMessagesCount(core.inFlightCount)
  info.setParkedMessageCount(String(group.parkedCount))
}

function toConnectionInfo(consumer: Consumer, rate: ItemRate, elapsedMs: number) {
  const info = new persistent.SubscriptionInfo.ConnectionInfo()
  const count = rate.take(consumer.totalItems)
  info.setAverageItemsPerSecond(perSecond(count, elapsedMs))
  info.setTotalItems(String(consumer.totalItems))
  info.setCountSinceLastMeasurement(String(count))
  info.setAvailableSlots(consumer.slots - consumer.inFlight)
  info.setInFlightMessages(consumer.inFlight)
  for (const [key, value] of consumer.responseTimes?.measurements() ?? []) {
    const measurement = new persistent.SubscriptionInfo.Measurement()
    measurement.setKey(key)
    measurement.setValue(String(value))
    info.addObservedMeasurements(measurement)
  }
  return info
}
