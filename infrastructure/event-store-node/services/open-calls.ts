import type { RpcError } from '../wire/rpc-error.ts'

type End = (error: RpcError) => void

/** A streaming call in progress. */
export interface OpenCall {
  /** Who makes it, once that is known. */
  userName: string | undefined
  /** The call is over. */
  forget(): void
}

/** The streaming calls in progress, so that they can be ended instead of cut off. */
export class OpenCalls {
  readonly #ends = new Map<OpenCall, End>()

  /** Registers how a call is ended. */
  add(end: End): OpenCall {
    const call: OpenCall = {
      userName: undefined,
      forget: () => {
        this.#ends.delete(call)
      },
    }
    this.#ends.set(call, end)
    return call
  }

  endAll(error: RpcError): void {
    for (const end of this.#ends.values()) end(error)
    this.#ends.clear()
  }

  /** Ends the calls of some users. */
  endOf(userNames: ReadonlySet<string>, error: RpcError): void {
    for (const [{ userName }, end] of this.#ends) {
      if (userName !== undefined && userNames.has(userName)) end(error)
    }
  }
}
