import type { EventFilter } from '../../reading/filter.ts'
import type { GroupSettings } from './core/group-settings.ts'
import type { StartFrom } from './start-from.ts'

export const ALL = '$all'

/** Everything that makes up a group of subscribers, as it is kept in the configuration. */
export interface GroupDefinition {
  /** A stream, or `$all`. */
  readonly streamName: string
  readonly groupName: string
  /** Of `$all`: which of its events. */
  readonly filter: EventFilter | undefined
  readonly startFrom: StartFrom
  /** The place after which `startFrom` lies; the end is where it was when the group was made. */
  readonly startsAfter: number
  readonly settings: GroupSettings
}

/** The name of a group in all of the node; also that of its own streams. */
export function groupKey({
  streamName,
  groupName,
}: Pick<GroupDefinition, 'streamName' | 'groupName'>): string {
  return `${streamName}::${groupName}`
}

export function checkpointStreamOf(definition: GroupDefinition): string {
  return `$persistentsubscription-${groupKey(definition)}-checkpoint`
}

export function parkedStreamOf(definition: GroupDefinition): string {
  return `$persistentsubscription-${groupKey(definition)}-parked`
}

const OWN_STREAMS_OF_ALL = /^\$persistentsubscription-\$all::.*-(?:checkpoint|parked)$/s

/** Whether groups on `$all` never see a stream: what they themselves write, and the epochs. */
export function isHiddenFromGroups(streamName: string): boolean {
  if (!streamName.startsWith('$')) return false
  return streamName === '$epoch-information' || OWN_STREAMS_OF_ALL.test(streamName)
}
