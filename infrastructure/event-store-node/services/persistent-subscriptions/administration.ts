import type { ServerUnaryCall } from '@grpc/grpc-js'
import { shared } from '../../wire/codecs.ts'
import { persistent } from '../../wire/persistent-codecs.ts'
import { groupNameIn } from './group-name-request.ts'
import type { PersistentParts } from './parts.ts'
import { proposalIn } from './proposal-request.ts'

type Call<Request> = ServerUnaryCall<Request, unknown>

/** Makes a group. */
export async function create(
  { access, subscriptions }: PersistentParts,
  { metadata, request }: Call<persistent.CreateReq>,
): Promise<persistent.CreateResp> {
  const principal = await access.authenticate(metadata)
  access.checkOperator(principal)
  await subscriptions.create(proposalIn(request.getOptions()), principal.name)
  return new persistent.CreateResp()
}

/** Gives a group other settings; of `$all`, it keeps its filter. */
export async function update(
  { access, subscriptions }: PersistentParts,
  { metadata, request }: Call<persistent.UpdateReq>,
): Promise<persistent.UpdateResp> {
  const principal = await access.authenticate(metadata)
  access.checkOperator(principal)
  await subscriptions.update(proposalIn(request.getOptions()), principal.name)
  return new persistent.UpdateResp()
}

/** Deletes a group. */
export async function remove(
  { access, subscriptions }: PersistentParts,
  { metadata, request }: Call<persistent.DeleteReq>,
): Promise<persistent.DeleteResp> {
  const principal = await access.authenticate(metadata)
  access.checkOperator(principal)
  await subscriptions.delete(groupNameIn(request.getOptions()), principal.name)
  return new persistent.DeleteResp()
}

/** Stops all groups and starts them again. */
export async function restartSubsystem(
  { access, subscriptions }: PersistentParts,
  { metadata }: Call<shared.Empty>,
): Promise<shared.Empty> {
  access.checkOperator(await access.authenticate(metadata))
  await subscriptions.restart()
  return new shared.Empty()
}
