import type { RpcError } from '../wire/rpc-error.ts'

type End = (error: RpcError) => void

/** The streaming calls in progress, so that a shutdown can end them instead of cutting them off. */
export class OpenCalls {
  readonly #ends = new Set<End>()

  /** Registers how a call is ended; the returned function takes it off again. */
  add(end: End): () => void {
    this.#ends.add(end)
    return () => this.#ends.delete(end)
  }

  endAll(error: RpcError): void {
    for (const end of this.#ends) end(error)
    this.#ends.clear()
  }
}
