import { fieldBytes, MessageWriter, varintBytes } from '../../protobuf/index.ts'

const OPTIONS = 1

const STREAM = 1
const ALL = 2
const READ_DIRECTION = 3
const COUNT = 5
const SUBSCRIPTION = 6
const FILTER = 7
const NO_FILTER = 8
const UUID_OPTION = 9

const empty = Buffer.alloc(0)
const idsAsText = bytesField(UUID_OPTION, bytesField(2, empty))
const BACKWARDS = 1

export interface StreamRead {
  readonly stream: string
  readonly from: bigint | 'start' | 'end'
  readonly backwards: boolean
  readonly count: number
}

/** A ReadReq for the events of one stream. */
export function readStreamRequest({ stream, from, backwards, count }: StreamRead): Buffer {
  const identifier = bytesField(1, bytesField(3, Buffer.from(stream)))
  const start = { start: bytesField(3, empty), end: bytesField(4, empty) }
  const revision = typeof from === 'bigint' ? numberField(2, from) : start[from]
  return readRequest([
    bytesField(STREAM, Buffer.concat([identifier, revision])),
    ...(backwards ? [numberField(READ_DIRECTION, BigInt(BACKWARDS))] : []),
    numberField(COUNT, BigInt(count)),
    bytesField(NO_FILTER, empty),
  ])
}

/** A ReadReq for the events of all streams, from a position on, that one included. */
export function readAllRequest(from: bigint | undefined): Buffer {
  return readRequest([
    allFrom(from),
    numberField(COUNT, BigInt(Number.MAX_SAFE_INTEGER)),
    bytesField(NO_FILTER, empty),
  ])
}

export interface AllSubscription {
  readonly after: bigint | undefined
  readonly streamPrefixes: readonly string[]
  /** The server tells how far it has searched after so many windows of 32 events. */
  readonly checkpointInterval: number
}

/** A ReadReq that follows all streams whose name has one of the prefixes. */
export function subscribeToAllRequest(subscription: AllSubscription): Buffer {
  const prefixes = subscription.streamPrefixes.map((prefix) => bytesField(2, Buffer.from(prefix)))
  const filter = Buffer.concat([
    bytesField(1, Buffer.concat(prefixes)),
    bytesField(4, empty), // windows of the server's own size
    numberField(5, BigInt(subscription.checkpointInterval)),
  ])
  return readRequest([
    allFrom(subscription.after),
    bytesField(SUBSCRIPTION, empty),
    bytesField(FILTER, filter),
  ])
}

function readRequest(options: readonly Buffer[]): Buffer {
  return bytesField(OPTIONS, Buffer.concat([...options, idsAsText]))
}

function allFrom(position: bigint | undefined): Buffer {
  if (position === undefined) return bytesField(ALL, bytesField(2, empty))
  const commitAndPrepare = Buffer.concat([numberField(1, position), numberField(2, position)])
  return bytesField(ALL, bytesField(1, commitAndPrepare))
}

function bytesField(field: number, value: Buffer): Buffer {
  const writer = new MessageWriter(fieldBytes(value.length))
  writer.bytesField(field, value)
  return writer.finish()
}

/** A number up to 2^64 - 1. */
function numberField(field: number, value: bigint): Buffer {
  const bytes = value < 2n ** 53n ? varintBytes(Number(value)) : bitsOf(value)
  const writer = new MessageWriter(1 + bytes)
  writer.bigVarintField(field, value)
  return writer.finish()
}

function bitsOf(value: bigint): number {
  return Math.ceil(value.toString(2).length / 7)
}
