import { Client, credentials, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js'
import { type ClientHttp2Session, connect } from 'node:http2'
import { afterAll } from 'vitest'
import { fieldBytes, MessageWriter } from '../../../infrastructure/protobuf/index.ts'

/** Bytes on their way, without a client that would know what they mean. */
export type RawCall = ClientDuplexStream<Buffer, Buffer>

const READ = '/event_store.client.persistent_subscriptions.PersistentSubscriptions/Read'
const clients: Client[] = []
const sessions: ClientHttp2Session[] = []

afterAll(() => {
  for (const session of sessions.splice(0)) session.destroy()
  for (const client of clients.splice(0)) client.close()
})

/** Opens the call by which a consumer connects. */
export function openRead(port: number): RawCall {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  clients.push(client)
  return client.makeBidiStreamRequest(READ, asItIs, asItIs)
}

/** Opens the call with a first message and never reads from it. Ends with the tests. */
export function openUnread(port: number, message: Buffer): void {
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => undefined)
  sessions.push(session)
  const headers = { ':method': 'POST', ':path': READ, te: 'trailers' }
  const stream = session.request({ ...headers, 'content-type': 'application/grpc' })
  stream.on('error', () => undefined)
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  stream.write(Buffer.concat([prefix, message]))
}

/** The first message of a consumer: which group, and its buffer. */
export function optionsMessage(stream: string, group: string, bufferSize = 10): Buffer {
  const name = nested(3, Buffer.from(stream))
  const options = [nested(1, name), nested(2, Buffer.from(group)), varint(3, bufferSize)]
  return nested(1, Buffer.concat([...options, nested(4, nested(2, Buffer.alloc(0)))]))
}

/** An acknowledgement of ids, which need not be any. */
export function ackMessage(ids: readonly string[]): Buffer {
  return nested(2, Buffer.concat(ids.map((id) => nested(2, nested(2, Buffer.from(id))))))
}

/** A refusal with the number of its action. */
export function nackMessage(action: number, id: string): Buffer {
  return nested(3, Buffer.concat([nested(2, nested(2, Buffer.from(id))), varint(3, action)]))
}

/** The error that a call ends with. */
export function errorOf(call: RawCall): Promise<ServiceError> {
  call.resume()
  return new Promise((resolve) => {
    call.on('error', resolve)
  })
}

function asItIs(bytes: Buffer): Buffer {
  return bytes
}

function nested(field: number, bytes: Buffer): Buffer {
  const writer = new MessageWriter(fieldBytes(bytes.length))
  writer.bytesField(field, bytes)
  return writer.finish()
}

function varint(field: number, value: number): Buffer {
  const bytes: number[] = [field << 3]
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Buffer.from([...bytes, rest])
}
