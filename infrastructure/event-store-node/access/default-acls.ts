import { parseAcl } from '../storage/stream-acl.ts'
import type { Store } from '../storage/store.ts'
import type { DefaultAcls } from './acl-decision.ts'

const SETTINGS_STREAM = '$settings'
const NONE: DefaultAcls = { userStreams: undefined, systemStreams: undefined }

/** Gives the default access lists as the last event of `$settings` says, read when it changes. */
export function defaultAcls(store: Store): () => DefaultAcls {
  let readRevision = -1
  let current = NONE
  return () => {
    const { number, lastRevision } = store.states.view(SETTINGS_STREAM)
    if (number === undefined || lastRevision === readRevision) return current
    const position = store.reader.positionAt(number, lastRevision)
    current = position === undefined ? NONE : parseDefaults(store.reader.record(position).data)
    readRevision = lastRevision
    return current
  }
}

/** What is no JSON object says nothing; a list in it that cannot be understood is for admins. */
function parseDefaults(json: Buffer): DefaultAcls {
  const settings = parseJson(json)
  if (typeof settings !== 'object' || settings === null) return NONE
  const fields = settings as Readonly<Record<string, unknown>>
  return {
    userStreams: parseAcl(fields['$userStreamAcl']),
    systemStreams: parseAcl(fields['$systemStreamAcl']),
  }
}

function parseJson(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'))
  } catch {
    return undefined
  }
}
