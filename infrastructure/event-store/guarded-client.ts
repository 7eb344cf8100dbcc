import { EventStoreDBClient } from '@eventstore/db-client'
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { Duplex } from 'node:stream'
import type { EventStoreLog } from './log.ts'

/** What a reply of the type BadRequest begins with; the client itself would lose the type. */
export const badRequestMark = 'BadRequest: '
const badRequestType = 'event_store.client.BadRequest'

/** The official client over one connection of its own, with its known faults fenced in. */
export interface GuardedClient {
  readonly api: EventStoreDBClient
  /** Takes no new calls; those under way go on to their end. */
  retire(): void
  /** Cancels all calls and closes the connection. */
  shutDown(): Promise<void>
}

/**
 * Opens a client for one connection. It never reconnects by itself: who meets an error opens the
 * next client, which discovers the cluster anew.
 *
 * @throws TypeError when the connection string is malformed (without repeating it: it may hold a
 * password)
 */
export function openClient(connectionString: string, log: EventStoreLog): GuardedClient {
  return FencedClient.open(connectionString, log)
}

/** Nothing but a way to the protected members of the client. */
class FencedClient extends EventStoreDBClient {
  static open(connectionString: string, log: EventStoreLog): GuardedClient {
    const client = clientOf(connectionString)
    Object.setPrototypeOf(client, FencedClient.prototype)
    if (!(client instanceof FencedClient)) throw new TypeError('not a client')
    let retired = false
    let disposed = false
    let channel: ReturnType<typeof client.getChannel> | undefined

    const getChannel = client.getChannel
    client.getChannel = () =>
      retired
        ? Promise.reject(new Error('the connection was replaced'))
        : (channel ??= getChannel())
    client.handleError = () => Promise.resolve()

    const createStream = client.GRPCStreamCreator
    client.GRPCStreamCreator = (Service, name, creator, cache) =>
      createStream(
        Service,
        name,
        async (grpc) => {
          const stream = await creator(grpc)
          if (cache && stream instanceof Duplex) fenceBatchAppend(stream, log)
          else if (isCancellable(stream)) letGoWhenCancelled(stream)
          if (disposed && isCancellable(stream)) stream.cancel()
          return stream
        },
        cache,
      )

    const retire = (): void => {
      retired = true
      // A channel that never came to be has nothing to close.
      channel
        ?.then((opened) => {
          opened.close()
        })
        .catch(() => undefined)
    }
    return {
      api: client,
      retire,
      shutDown: async () => {
        disposed = true
        await client.dispose()
        retire()
      },
    }
  }
}

/** Counts the clients of this process; each gets a TCP connection of its own by it. */
let clientCount = 0

function clientOf(connectionString: string): EventStoreDBClient {
  // Channels with equal options share one connection: while another client still holds on to one
  // that hangs, the next client would be given the same. An interval of its own keeps each apart.
  clientCount = (clientCount + 1) % 1_000
  const given = Number(/[?&]keepAliveInterval=(-?\d+)/i.exec(connectionString)?.[1] ?? 10_000)
  const keepAliveInterval = given < 0 ? given : given + clientCount
  const separator = connectionString.includes('?') ? '&' : '?'
  let reason: string
  try {
    return EventStoreDBClient.connectionString(
      `${connectionString}${separator}throwOnAppendFailure=true&keepAliveInterval=${keepAliveInterval}`,
    )
  } catch (error) {
    reason = harmlessReason(error)
  }
  throw new TypeError(`connectionString: not valid for the event store: ${reason}`)
}

/** What the client says of a malformed string repeats parts of it, a password among them. */
function harmlessReason(error: unknown): string {
  if (error instanceof Error && !('connectionString' in error)) return error.message
  return 'expected esdb://host:port?key=value'
}

/** Guards the one stream that carries all batch appends of a client. */
function fenceBatchAppend(stream: Duplex, log: EventStoreLog): void {
  ignoreLateReplies(stream, log)
  neverSignalBackpressure(stream)
  failWhenServerEnds(stream)
}

/**
 * The client throws on a reply whose append it no longer knows, out of reach of any caller, which
 * would end the process. The append was retried or given up meanwhile: the reply can go.
 */
function ignoreLateReplies(stream: Duplex, log: EventStoreLog): void {
  const listeners = stream.listeners('data') as ((reply: BatchAppendResp) => void)[]
  stream.removeAllListeners('data')
  stream.on('data', (reply: BatchAppendResp) => {
    keepBadRequest(reply)
    try {
      for (const listener of listeners) listener(reply)
    } catch (error) {
      log.warn({ err: error }, 'an append reply came late and was ignored')
    }
  })
}

function keepBadRequest(reply: BatchAppendResp): void {
  const error = reply.getError()
  if (error?.getDetails()?.getTypeName() !== badRequestType) return
  error.setMessage(badRequestMark + error.getMessage())
}

/**
 * Writes that wait for the stream to drain are rejected by the client when the connection is lost,
 * as unhandled rejections, which would end the process. So none ever waits: the bound on what is
 * in flight is the append gate's.
 */
function neverSignalBackpressure(stream: Duplex): void {
  const write = stream.write.bind(stream) as (chunk: unknown) => boolean
  stream.write = (chunk: unknown) => {
    write(chunk)
    return true
  }
}

/** The client would go on writing into a stream that the server ended in good order. */
function failWhenServerEnds(stream: Duplex): void {
  let failed = false
  stream.on('error', () => {
    failed = true
  })
  stream.once('end', () => {
    if (!failed) stream.destroy(new Error('the server ended the append stream'))
  })
}

/**
 * A call that the server has ended, while its last items wait for a reader that went away, never
 * ends for the client: it would keep it for ever, and wait for it when it is disposed of.
 */
function letGoWhenCancelled(stream: Cancellable & { destroy(): unknown }): void {
  const cancel = stream.cancel.bind(stream)
  stream.cancel = () => {
    cancel()
    stream.destroy()
  }
}

interface Cancellable {
  cancel(): void
}

function isCancellable<T extends object>(stream: T): stream is T & Cancellable {
  return 'cancel' in stream && typeof stream.cancel === 'function'
}
