import type {
  PersistentSubscriptionToAllSettings,
  PersistentSubscriptionToStreamSettings,
} from '@eventstore/db-client'
import { newStream, numbered } from '../events.ts'
import { module, type PublicClient } from '../public-client.ts'
import { TestConsumer } from './test-consumer.ts'

const {
  START,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
} = module

/** Every group has this name unless the test is about names. */
export const GROUP = 'group'

/** Settings of a group on a stream, from its start unless said otherwise. */
export function streamSettings(
  changes: Partial<PersistentSubscriptionToStreamSettings> = {},
): PersistentSubscriptionToStreamSettings {
  return persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...changes })
}

/** Settings of a group on `$all`, from its start unless said otherwise. */
export function allSettings(
  changes: Partial<PersistentSubscriptionToAllSettings> = {},
): PersistentSubscriptionToAllSettings {
  return persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, ...changes })
}

/** A new stream of so many events with a group on it. */
export async function groupOn(
  client: PublicClient,
  count: number,
  changes: Partial<PersistentSubscriptionToStreamSettings> = {},
): Promise<string> {
  const stream = newStream('stream')
  if (count > 0) await client.appendToStream(stream, numbered(count))
  await client.createPersistentSubscriptionToStream(stream, GROUP, streamSettings(changes))
  return stream
}

/** Connects a consumer to the group of a stream. */
export async function consume(
  client: PublicClient,
  stream: string,
  bufferSize = 10,
): Promise<TestConsumer> {
  const options = { bufferSize }
  const subscription = client.subscribeToPersistentSubscriptionToStream(stream, GROUP, options)
  return new TestConsumer(subscription).confirmed()
}

/** Connects a consumer to a group on `$all`. */
export async function consumeAll(
  client: PublicClient,
  group: string,
  bufferSize = 10,
): Promise<TestConsumer> {
  const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize })
  return new TestConsumer(subscription).confirmed()
}

/** The stream that a group keeps its parked messages in. */
export function parkedStream(stream: string, group = GROUP): string {
  return `$persistentsubscription-${stream}::${group}-parked`
}

/** The stream that a group keeps its checkpoints in. */
export function checkpointStream(stream: string, group = GROUP): string {
  return `$persistentsubscription-${stream}::${group}-checkpoint`
}
