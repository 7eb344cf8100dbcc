import { EventStoreDBClient } from '@eventstore/db-client'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type {
  ClientDuplexStream,
  ClientReadableStream,
  ClientWritableStream,
  ServiceError,
} from '@grpc/grpc-js'
import { connectionStringOf, harmlessReason } from './connection-string.ts'

const { StreamsClient: StreamsService, StreamsService: methods } = streamsGrpc

export type BatchAppendCall = ClientDuplexStream<Buffer, Buffer>
export type AppendCall = ClientWritableStream<Buffer>
export type ReadCall = ClientReadableStream<Buffer>

/** Which way of appending a server has. */
export interface AppendSupport {
  readonly batchAppend: boolean
  /** The deadline of a batch append may be told as a duration. */
  readonly deadlineAsDuration: boolean
}

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** The calls of the Streams service, with messages as bytes, over one connection. */
export interface StreamsClient {
  /** Asks the server, once per client. */
  appendSupport(): Promise<AppendSupport>
  batchAppend(): Promise<BatchAppendCall>
  append(
    deadlineMs: number,
    answered: (error: ServiceError | null, response?: Buffer) => void,
  ): Promise<AppendCall>
  read(request: Buffer): Promise<ReadCall>
  /** Takes no new calls; those under way go on to their end. */
  retire(): void
  /** Cancels all calls and closes the connection. */
  shutDown(): Promise<void>
}

/**
 * Opens a client for one connection: to the given endpoint, or else to where the connection string
 * leads. It never reconnects by itself: who meets an error opens the next client, which discovers
 * the cluster anew.
 *
 * @throws TypeError when the connection string is malformed (without repeating it: it may hold a
 * password)
 */
export function openClient(connectionString: string, endpoint?: Endpoint): StreamsClient {
  return BytesClient.open(connectionString, endpoint)
}

/** The official client's connection: addresses, discovery, TLS, credentials, server features. */
class BytesClient extends EventStoreDBClient {
  static open(connectionString: string, endpoint: Endpoint | undefined): StreamsClient {
    const client = clientOf(connectionString)
    let retired = false
    let disposed = false
    let channel: ReturnType<typeof client.getChannel> | undefined

    if (endpoint) client.resolveUri = () => Promise.resolve(addressOf(endpoint))
    client.handleError = () => Promise.resolve()
    const getChannel = client.getChannel
    client.getChannel = () =>
      retired
        ? Promise.reject(new Error('the connection was replaced'))
        : (channel ??= getChannel())

    const start = <T extends ClientCall>(create: (grpc: GrpcClient) => T): Promise<T> =>
      client.GRPCStreamCreator(StreamsService, 'streams', (grpc) => {
        const call = create(grpc)
        letGoWhenCancelled(call)
        // An error before anybody listens would end the process; whoever listens is told it too.
        call.on('error', () => undefined)
        if (disposed) call.cancel()
        return call
      })()

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
      appendSupport: async () => ({
        batchAppend: await client.supports(methods.batchAppend),
        deadlineAsDuration: await client.supports(methods.batchAppend, 'deadline_duration'),
      }),
      batchAppend: () =>
        start((grpc) =>
          grpc.makeBidiStreamRequest(
            methods.batchAppend.path,
            asBytes,
            asBytes,
            ...client.callArguments({}, { deadline: Infinity }),
          ),
        ),
      append: (deadlineMs, answered) =>
        start((grpc) =>
          grpc.makeClientStreamRequest(
            methods.append.path,
            asBytes,
            asBytes,
            ...client.callArguments({ deadline: deadlineMs }),
            answered,
          ),
        ),
      read: (request) =>
        start((grpc) =>
          grpc.makeServerStreamRequest(
            methods.read.path,
            asBytes,
            asBytes,
            request,
            ...client.callArguments({}, { deadline: Infinity }),
          ),
        ),
      retire,
      shutDown: async () => {
        disposed = true
        await client.dispose()
        retire()
      },
    }
  }
}

type GrpcClient = InstanceType<typeof StreamsService>
type ClientCall = BatchAppendCall | AppendCall | ReadCall

/** Messages come as bytes and go as bytes. */
function asBytes(bytes: Buffer): Buffer {
  return bytes
}

function addressOf({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function clientOf(connectionString: string): BytesClient {
  const client = officialClientOf(connectionString)
  // The package makes its own class only; ours adds a way to the protected members.
  Object.setPrototypeOf(client, BytesClient.prototype)
  if (!(client instanceof BytesClient)) throw new TypeError('not a client')
  return client
}

function officialClientOf(connectionString: string): EventStoreDBClient {
  let reason: string
  try {
    return EventStoreDBClient.connectionString(connectionStringOf(connectionString))
  } catch (error) {
    // The error itself holds the connection string, so it is not passed on as a cause.
    reason = harmlessReason(error)
  }
  throw new TypeError(`connectionString: not valid for the event store: ${reason}`)
}

/**
 * A call that the server has ended, while its last items wait for a reader that went away, never
 * ends for the client: it would keep it for ever, and wait for it when it is disposed of.
 */
function letGoWhenCancelled(call: ClientCall): void {
  const cancel = call.cancel.bind(call)
  call.cancel = () => {
    cancel()
    call.destroy()
  }
}
