import type { shared } from '../../wire/codecs.ts'
import { invalidArgument } from '../../wire/rpc-error.ts'
import { streamNameIn } from '../../wire/stream-identifier.ts'
import { ALL } from './group-definition.ts'
import type { GroupName } from './subscriptions.ts'

/** How requests name a group that exists. */
interface Options {
  getStreamIdentifier(): shared.StreamIdentifier | undefined
  hasAll(): boolean
  getGroupName(): string
}

/** The group that a request is about. Throws INVALID_ARGUMENT when it names none. */
export function groupNameIn(options: Options | undefined): GroupName {
  if (options === undefined) throw invalidArgument('options are required')
  const streamName = options.hasAll() ? ALL : streamNameIn(options.getStreamIdentifier())
  return { streamName, groupName: options.getGroupName() }
}
