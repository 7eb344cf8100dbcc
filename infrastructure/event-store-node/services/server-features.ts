import type { sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js'
import { serverFeatures } from '../wire/codecs.ts'
import { SERVER_VERSION } from './server-version.ts'

const STREAMS = 'event_store.client.streams.streams'
const PERSISTENT = 'event_store.client.persistent_subscriptions.persistentsubscriptions'
const PERSISTENT_FEATURES = ['stream', 'all']
const GOSSIP = 'event_store.client.gossip.gossip'
const SERVER_FEATURES = 'event_store.client.server_features.serverfeatures'

/** What the node can do, in the lower case that clients compare with. */
const METHODS: readonly (readonly [service: string, method: string, features: string[]])[] = [
  [STREAMS, 'read', ['position', 'events']],
  [STREAMS, 'append', []],
  [STREAMS, 'batchappend', ['deadline_duration']],
  [STREAMS, 'delete', []],
  [STREAMS, 'tombstone', []],
  [PERSISTENT, 'create', PERSISTENT_FEATURES],
  [PERSISTENT, 'update', PERSISTENT_FEATURES],
  [PERSISTENT, 'delete', PERSISTENT_FEATURES],
  [PERSISTENT, 'read', PERSISTENT_FEATURES],
  [PERSISTENT, 'getinfo', PERSISTENT_FEATURES],
  [PERSISTENT, 'replayparked', PERSISTENT_FEATURES],
  [PERSISTENT, 'list', PERSISTENT_FEATURES],
  [PERSISTENT, 'restartsubsystem', PERSISTENT_FEATURES],
  [GOSSIP, 'read', []],
  [SERVER_FEATURES, 'getsupportedmethods', []],
]

/** Tells clients which methods and features they may use. */
export function serverFeaturesService(): UntypedServiceImplementation {
  return {
    getSupportedMethods(_call: unknown, callback: sendUnaryData<serverFeatures.SupportedMethods>) {
      callback(null, supportedMethods())
    },
  }
}

function supportedMethods(): serverFeatures.SupportedMethods {
  const response = new serverFeatures.SupportedMethods()
  response.setEventStoreServerVersion(SERVER_VERSION)
  for (const [service, name, features] of METHODS) {
    const method = new serverFeatures.SupportedMethod()
    method.setServiceName(service)
    method.setMethodName(name)
    method.setFeaturesList(features)
    response.addMethods(method)
  }
  return response
}
