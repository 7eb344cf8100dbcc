import { status } from '@grpc/grpc-js'
import { RpcError } from './rpc-error.ts'

/** Which group an error is about. */
interface GroupName {
  readonly streamName: string
  readonly groupName: string
}

export function persistentSubscriptionFailed(group: GroupName, reason: string): RpcError {
  return groupError(group, status.INTERNAL, 'persistent-subscription-failed', {
    text: `${nameOf(group)} failed: '${reason}'`,
    trailers: { reason },
  })
}

export function persistentSubscriptionDoesNotExist(group: GroupName): RpcError {
  return groupError(group, status.NOT_FOUND, 'persistent-subscription-does-not-exist', {
    text: `${nameOf(group)} does not exist.`,
  })
}

export function persistentSubscriptionExists(group: GroupName): RpcError {
  return groupError(group, status.ALREADY_EXISTS, 'persistent-subscription-exists', {
    text: `${nameOf(group)} exists.`,
  })
}

export function persistentSubscriptionDropped(group: GroupName): RpcError {
  return groupError(group, status.CANCELLED, 'persistent-subscription-dropped', {
    text: `${nameOf(group)} was dropped.`,
  })
}

export function maximumSubscribersReached(group: GroupName): RpcError {
  const { groupName, streamName } = group
  return groupError(group, status.FAILED_PRECONDITION, 'maximum-subscribers-reached', {
    text: `Maximum subscriptions reached for subscription group ${groupName} on stream ${streamName}.`,
  })
}

function nameOf({ streamName, groupName }: GroupName): string {
  return `Subscription group ${groupName} on stream ${streamName}`
}

function groupError(
  { streamName, groupName }: GroupName,
  code: status,
  exception: string,
  { text, trailers = {} }: { text: string; trailers?: Readonly<Record<string, string>> },
): RpcError {
  return new RpcError(code, text, {
    exception,
    'stream-name': streamName,
    'group-name': groupName,
    ...trailers,
  })
}
