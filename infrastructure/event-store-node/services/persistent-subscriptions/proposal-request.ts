import { toUSVString } from 'node:util'
import type { EventFilter } from '../../reading/filter.ts'
import type { persistent } from '../../wire/persistent-codecs.ts'
import { persistentSubscriptionFailed } from '../../wire/persistent-errors.ts'
import { expressionIn } from '../../wire/read-request.ts'
import { invalidArgument } from '../../wire/rpc-error.ts'
import { ALL } from './group-definition.ts'
import { settingsIn, UnknownStrategy } from './settings-request.ts'
import type { StartFrom } from './start-from.ts'
import { allStartIn, revisionStart, streamStartIn } from './start-request.ts'
import type { GroupProposal } from './subscriptions.ts'

type Options = persistent.CreateReq.Options | persistent.UpdateReq.Options

/**
 * The group that a request wants, in the older or newer fields of the protocol. Throws `RpcError`:
 * INVALID_ARGUMENT for what is missing, persistent-subscription-failed for what cannot be.
 */
export function proposalIn(options: Options | undefined): GroupProposal {
  if (options === undefined) throw invalidArgument('options are required')
  const name = { streamName: streamNameIn(options), groupName: options.getGroupName() }
  const flaw = flawOfName(name.streamName, options.hasAll())
  if (flaw !== undefined) throw persistentSubscriptionFailed(name, flaw)
  if (name.groupName === '') throw invalidArgument('group name is required')
  if (toUSVString(name.groupName) !== name.groupName)
    throw invalidArgument('group name is not valid Unicode')
  const settings = settingsIn(options.getSettings())
  if (settings instanceof UnknownStrategy) throw persistentSubscriptionFailed(name, settings.flaw)
  return { ...name, startFrom: startIn(options), filter: filterIn(options), settings }
}

function streamNameIn(options: Options): string {
  if (options.hasAll()) return ALL
  const identifier = options.getStream()?.getStreamIdentifier() ?? options.getStreamIdentifier()
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8')
}

function flawOfName(streamName: string, isAll: boolean): string | undefined {
  if (streamName === '') return 'Bad stream name.'
  if (streamName === ALL && !isAll) {
    return 'Persistent subscriptions to $all are only supported over gRPC through gRPC clients'
  }
  return undefined
}

function startIn(options: Options): StartFrom {
  const all = options.getAll()
  if (all !== undefined) return allStartIn(all)
  const stream = options.getStream()
  if (stream !== undefined) return streamStartIn(stream)
  return revisionStart(options.getSettings()?.getRevision() ?? '0')
}

function filterIn(options: Options): EventFilter | undefined {
  const all = options.getAll()
  const filter = all !== undefined && 'getFilter' in all ? all.getFilter() : undefined
  if (filter === undefined) return undefined
  const expression = filter.getStreamIdentifier() ?? filter.getEventType()
  if (expression === undefined) throw invalidArgument('a filter needs an expression')
  const by = filter.hasStreamIdentifier() ? 'stream-name' : 'event-type'
  return { by, ...expressionIn(expression) }
}
