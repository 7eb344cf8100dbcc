import type { ServerUnaryCall } from '@grpc/grpc-js'
import { persistent } from '../../wire/persistent-codecs.ts'
import { persistentSubscriptionDoesNotExist } from '../../wire/persistent-errors.ts'
import { invalidArgument } from '../../wire/rpc-error.ts'
import { streamNameIn } from '../../wire/stream-identifier.ts'
import { ALL } from './group-definition.ts'
import { toSubscriptionInfo } from './group-info.ts'
import { groupNameIn } from './group-name-request.ts'
import type { PersistentParts } from './parts.ts'

/** Tells about one group. */
export async function getInfo(
  { access, subscriptions }: PersistentParts,
  { metadata, request }: ServerUnaryCall<persistent.GetInfoReq, persistent.GetInfoResp>,
): Promise<persistent.GetInfoResp> {
  access.checkAuthenticated(await access.authenticate(metadata))
  const name = groupNameIn(request.getOptions())
  await subscriptions.settled()
  const response = new persistent.GetInfoResp()
  response.setSubscriptionInfo(toSubscriptionInfo(subscriptions.get(name), performance.now()))
  return response
}

/** Tells about all groups, or those of a stream, of which there must be one. */
export async function list(
  { access, subscriptions }: PersistentParts,
  { metadata, request }: ServerUnaryCall<persistent.ListReq, persistent.ListResp>,
): Promise<persistent.ListResp> {
  access.checkAuthenticated(await access.authenticate(metadata))
  const streamName = listedStream(request.getOptions())
  await subscriptions.settled()
  const groups = subscriptions.list(streamName)
  if (streamName !== undefined && groups.length === 0) {
    throw persistentSubscriptionDoesNotExist({ streamName, groupName: '' })
  }
  const nowMs = performance.now()
  const response = new persistent.ListResp()
  response.setSubscriptionsList(groups.map((group) => toSubscriptionInfo(group, nowMs)))
  return response
}

function listedStream(options: persistent.ListReq.Options | undefined): string | undefined {
  if (options?.hasListAllSubscriptions() === true) return undefined
  const stream = options?.getListForStream()
  if (stream === undefined) throw invalidArgument('it must be said which groups to list')
  return stream.hasAll() ? ALL : streamNameIn(stream.getStream())
}
