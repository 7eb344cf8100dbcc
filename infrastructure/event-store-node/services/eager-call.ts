import { ServerInterceptingCall } from '@grpc/grpc-js'

/** Messages on their way to HTTP/2, over which a call waits with the next one. */
const UNSENT_BYTES_MAX = 65_536

/**
 * A call whose answers are handed to HTTP/2 without waiting for each to be sent, within a bound: what
 * is written in one go then leaves in one go, instead of a packet for each message. It knows the size
 * of answers that are encoded already; with others it waits for each.
 */
export class EagerCall extends ServerInterceptingCall {
  #unsentBytes = 0
  #proceed: (() => void) | undefined

  override sendMessage(message: unknown, callback: () => void): void {
    const bytes = message instanceof Uint8Array ? message.length : UNSENT_BYTES_MAX
    this.#unsentBytes += bytes
    super.sendMessage(message, () => {
      this.#unsentBytes -= bytes
      if (this.#hasRoom) this.#goOn()
    })
    this.#proceed = callback
    if (this.#hasRoom) this.#goOn()
  }

  get #hasRoom(): boolean {
    return this.#unsentBytes < UNSENT_BYTES_MAX
  }

  #goOn(): void {
    const proceed = this.#proceed
    this.#proceed = undefined
    proceed?.()
  }
}
