import { persistent } from '../../wire/persistent-codecs.ts'
import type { shared } from '../../wire/codecs.ts'
import { invalidArgument } from '../../wire/rpc-error.ts'
import { uuidBytesIn } from '../../wire/uuid.ts'
import type { RefusalAction } from './core/message.ts'
import { messageId } from './read-item.ts'

/** What a consumer says of messages that it was sent. */
export type Answer =
  | { readonly kind: 'ack'; readonly ids: readonly string[] }
  | {
      readonly kind: 'nack'
      readonly ids: readonly string[]
      readonly action: RefusalAction
      readonly reason: string
    }

const { Action } = persistent.ReadReq.Nack
const ACTIONS: Readonly<Record<number, RefusalAction>> = {
  [Action.UNKNOWN]: 'unknown',
  [Action.PARK]: 'park',
  [Action.RETRY]: 'retry',
  [Action.SKIP]: 'skip',
  [Action.STOP]: 'stop',
}
/** Kept with a parked message. */
const REASON_LENGTH_MAX = 10_000

/** Reads an answer. Throws INVALID_ARGUMENT when it is none. */
export function answerIn(request: persistent.ReadReq): Answer {
  const ack = request.getAck()
  if (ack !== undefined) return { kind: 'ack', ids: idsIn(ack.getIdsList()) }
  const nack = request.getNack()
  if (nack === undefined) throw invalidArgument('only the first message may hold options')
  const action = ACTIONS[nack.getAction()]
  if (action === undefined) throw invalidArgument(`there is no action ${nack.getAction()}`)
  const reason = nack.getReason().slice(0, REASON_LENGTH_MAX)
  return { kind: 'nack', ids: idsIn(nack.getIdsList()), action, reason }
}

function idsIn(ids: readonly shared.UUID[]): string[] {
  return ids.map((id) => messageId(uuidBytesIn(id, 'event id')))
}
