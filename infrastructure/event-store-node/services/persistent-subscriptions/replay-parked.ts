import type { ServerUnaryCall } from '@grpc/grpc-js'
import { persistent } from '../../wire/persistent-codecs.ts'
import { persistentSubscriptionFailed } from '../../wire/persistent-errors.ts'
import { groupNameIn } from './group-name-request.ts'
import type { PersistentParts } from './parts.ts'

/** Gives the parked messages of a group to its consumers again, all or those before a revision. */
export async function replayParked(
  { access, subscriptions }: PersistentParts,
  { metadata, request }: ServerUnaryCall<persistent.ReplayParkedReq, persistent.ReplayParkedResp>,
): Promise<persistent.ReplayParkedResp> {
  access.checkOperator(await access.authenticate(metadata))
  const options = request.getOptions()
  const name = groupNameIn(options)
  const stopAt = options?.hasStopAt() === true ? Number(options.getStopAt()) : undefined
  if (stopAt !== undefined && stopAt < 0) {
    throw persistentSubscriptionFailed(
      name,
      'Cannot stop replaying parked message at a negative version.',
    )
  }
  await subscriptions.settled()
  subscriptions.get(name).replayParked(stopAt)
  return new persistent.ReplayParkedResp()
}
