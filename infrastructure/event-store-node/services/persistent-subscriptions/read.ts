import type { ServerDuplexStream } from '@grpc/grpc-js'
import type { persistent } from '../../wire/persistent-codecs.ts'
import { maximumSubscribersReached } from '../../wire/persistent-errors.ts'
import { toConfirmation, toPersistentEvent } from '../../wire/persistent-event.ts'
import { invalidArgument } from '../../wire/rpc-error.ts'
import { ResponseStream } from '../response-stream.ts'
import { toRpcError } from '../streams/to-rpc-error.ts'
import { answerIn } from './answer-request.ts'
import type { Consumer } from './core/consumer.ts'
import type { Group, Subscriber } from './group.ts'
import { groupKey } from './group-definition.ts'
import { groupNameIn } from './group-name-request.ts'
import { ItemRate } from './item-rate.ts'
import type { PersistentParts } from './parts.ts'

type ReadCall = ServerDuplexStream<persistent.ReadReq, persistent.ReadResp>
type Responses = ResponseStream<persistent.ReadResp>

const NAME_LENGTH_MAX = 256

/** Connects a consumer to a group: events one way, answers to them the other. */
export async function read(parts: PersistentParts, call: ReadCall): Promise<void> {
  const responses = new ResponseStream<persistent.ReadResp>(call, parts.openCalls)
  try {
    const request = await firstRequest(call)
    if (request === undefined) responses.end()
    else await serve(parts, call, request, responses)
  } catch (error) {
    responses.fail(toRpcError(error, parts.logger))
  }
}

/** The first message, after which none is read for now; undefined when the call ends before it. */
function firstRequest(call: ReadCall): Promise<persistent.ReadReq | undefined> {
  return new Promise((resolve) => {
    const end = () => {
      resolve(undefined)
    }
    call.once('end', end).once('close', end).once('cancelled', end)
    call.once('data', (request: persistent.ReadReq) => {
      call.pause()
      resolve(request)
    })
  })
}

async function serve(
  { access, subscriptions, logger }: PersistentParts,
  call: ReadCall,
  request: persistent.ReadReq,
  responses: Responses,
): Promise<void> {
  const options = request.getOptions()
  const name = groupNameIn(options)
  const slots = options?.getBufferSize() ?? 0
  if (slots <= 0) throw invalidArgument('buffer size must be greater than zero')
  const principal = await access.authenticate(call.metadata)
  responses.belongsTo(principal)
  access.checkStream(principal, 'read', name.streamName)
  await subscriptions.settled()
  const group = subscriptions.get(name)
  if (group.core.hasReachedMaxSubscribers) throw maximumSubscribersReached(name)
  if (!responses.isOpen) return
  responses.write(toConfirmation(groupKey(name)))
  const isStructuredUuid = options?.getUuidOption()?.hasString() !== true
  const subscriber = {
    ...subscriberOf(call, responses, isStructuredUuid),
    userName: principal.name ?? 'anonymous',
    mayRead: (streamName: string) => access.mayRead(principal, streamName),
  }
  const consumer = group.connect(subscriber, slots)
  call.on('data', (answer: persistent.ReadReq) => {
    try {
      takeIn(answer, group)
    } catch (error) {
      responses.fail(toRpcError(error, logger))
    }
  })
  call.resume()
  await untilGone(group, consumer, responses)
}

function subscriberOf(
  call: ReadCall,
  responses: Responses,
  isStructuredUuid: boolean,
): Omit<Subscriber, 'userName' | 'mayRead'> {
  const [connectionName] = call.metadata.get('connection-name')
  return {
    connectionName: String(connectionName ?? '<unknown>').slice(0, NAME_LENGTH_MAX),
    rate: new ItemRate(performance.now()),
    send: (record, retryCount) =>
      responses.write(toPersistentEvent(record, retryCount, isStructuredUuid)),
    drop: (error) => {
      responses.fail(error)
    },
  }
}

function takeIn(request: persistent.ReadReq, group: Group): void {
  const answer = answerIn(request)
  if (answer.kind === 'ack') group.acknowledge(answer.ids)
  else group.refuse(answer.ids, answer.action, answer.reason)
}

/** Lets the group know when the client has caught up with what it was sent, and when it goes. */
async function untilGone(group: Group, consumer: Consumer, responses: Responses): Promise<void> {
  while (responses.isOpen) {
    await responses.wait(() => () => undefined)
    if (!responses.isBehind) group.caughtUp(consumer)
  }
  group.disconnect(consumer)
}
