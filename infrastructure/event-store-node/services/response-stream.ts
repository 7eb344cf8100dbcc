import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js'
import type { Principal } from '../access/principal.ts'
import type { OpenCall, OpenCalls } from './open-calls.ts'
import type { RpcError } from '../wire/rpc-error.ts'

type Call<Response> =
  ServerWritableStream<unknown, Response> | ServerDuplexStream<unknown, Response>

/**
 * The answering side of a streaming call: writes no faster than the client reads, and knows when
 * the call is over, from whichever side. It adds its listeners once, however much is written.
 */
export class ResponseStream<Response> {
  readonly #call: Call<Response>
  readonly #wakers = new Set<() => void>()
  readonly #open: OpenCall
  #isOpen = true
  #needsDrain = false

  constructor(call: Call<Response>, openCalls: OpenCalls) {
    this.#call = call
    this.#open = openCalls.add((error) => {
      this.fail(error)
    })
    call.on('drain', () => {
      this.#needsDrain = false
      this.#wake()
    })
    call.on('cancelled', () => {
      this.#close()
    })
    call.on('close', () => {
      this.#close()
    })
  }

  /** Says who makes the call: it ends when they are no longer who they were. */
  belongsTo({ name }: Principal): void {
    this.#open.userName = name
  }

  /** False once the client has gone or the call was ended. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** True while the client reads more slowly than is written. */
  get isBehind(): boolean {
    return this.#needsDrain
  }

  /** Sends a message; false when the client is behind and `ready` should be awaited. */
  write(response: Response): boolean {
    if (!this.#isOpen) return true
    if (!this.#call.write(response)) this.#needsDrain = true
    return !this.#needsDrain
  }

  /** Resolves when more may be written, or when the call is over. */
  async ready(): Promise<void> {
    while (this.#isOpen && this.#needsDrain) await this.wait(() => () => undefined)
  }

  /**
   * Resolves when the waker given to `listen` is called, or something happens to the call itself.
   * `listen` returns how to stop listening.
   */
  async wait(listen: (wake: () => void) => () => void): Promise<void> {
    if (!this.#isOpen) return
    let stop: (() => void) | undefined
    await new Promise<void>((resolve) => {
      this.#wakers.add(resolve)
      const unlisten = listen(resolve)
      stop = () => {
        this.#wakers.delete(resolve)
        unlisten()
      }
    })
    stop?.()
  }

  /** Ends the call well. */
  end(): void {
    if (!this.#isOpen) return
    this.#close()
    this.#call.end()
  }

  /** Ends the call with an error. (`emit` and not `destroy`, which would lose the trailers.) */
  fail(error: RpcError): void {
    if (!this.#isOpen) return
    this.#close()
    this.#call.emit('error', error)
  }

  #close(): void {
    this.#isOpen = false
    this.#open.forget()
    this.#wake()
  }

  #wake(): void {
    for (const waker of this.#wakers) waker()
  }
}
