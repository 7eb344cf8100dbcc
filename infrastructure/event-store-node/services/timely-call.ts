import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js'
import { setCallerAddress } from '../access/caller-address.ts'
import { COLLECT_TIMEOUT_MS } from './streams/collect-timeout.ts'

type Listener = Parameters<ServerInterceptingCall['start']>[0]
type NextCall = ConstructorParameters<typeof ServerInterceptingCall>[0]

/**
 * Ends calls whose request does not arrive: the whole request where it is one message, the first
 * message of it where it is many. gRPC keeps what has come of a message before anybody is asked who
 * they are. It notes, too, where a call comes from.
 */
export const endLateCalls: ServerInterceptor = (method, call) =>
  new TimelyCall(call, method.requestStream)

class TimelyCall extends ServerInterceptingCall {
  readonly #hasManyMessages: boolean
  #timer: NodeJS.Timeout | undefined
  #isInTime = false

  constructor(call: NextCall, hasManyMessages: boolean) {
    super(call)
    this.#hasManyMessages = hasManyMessages
  }

  override start(listener: Listener): void {
    super.start({
      onReceiveMetadata: (metadata) => {
        setCallerAddress(metadata, this.getConnectionInfo().remoteAddress)
        listener.onReceiveMetadata(metadata)
      },
      onReceiveMessage: (message) => {
        if (this.#hasManyMessages) this.#arrived()
        listener.onReceiveMessage(message)
      },
      onReceiveHalfClose: () => {
        this.#arrived()
        listener.onReceiveHalfClose()
      },
      onCancel: () => {
        this.#arrived()
        listener.onCancel()
      },
    })
  }

  /** The time runs from when the node first wants to read, not while it holds the call back. */
  override startRead(): void {
    if (!this.#isInTime) {
      this.#timer ??= setTimeout(() => {
        this.#giveUp()
      }, COLLECT_TIMEOUT_MS)
    }
    super.startRead()
  }

  /** What has arrived while the node was busy is looked at first. */
  #giveUp(): void {
    setImmediate(() => {
      if (this.#isInTime) return
      this.#arrived()
      this.sendStatus({ code: status.DEADLINE_EXCEEDED, details: 'Timeout', metadata: null })
    })
  }

  #arrived(): void {
    this.#isInTime = true
    clearTimeout(this.#timer)
  }
}
