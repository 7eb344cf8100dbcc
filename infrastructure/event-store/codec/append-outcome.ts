/** What a server's answer, or the lack of one, tells about an attempt to append. */
export type AppendOutcome =
  /** The events are durable; `position` is absent where the server leaves it out. */
  | { readonly kind: 'stored'; readonly revision: bigint; readonly position: bigint | undefined }
  /** The expectation did not hold: nothing was written. */
  | { readonly kind: 'wrong-expected-revision'; readonly actual: bigint | undefined }
  /** This attempt was refused; repeating it cannot help. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Repeating cannot help, yet it is not sure that the refusal was meant for this append. */
  | { readonly kind: 'hopeless'; readonly reason: string }
  /** The server may be there, and has not told whether the events are stored. */
  | { readonly kind: 'undecided'; readonly reason: string }
  /** No answer: the connection was lost, or hangs. */
  | { readonly kind: 'lost'; readonly reason: string }

export const deletedForGood = (stream: string): string => `stream ${stream} was deleted for good`
export const tooLarge = (maxBytes: number | string): string =>
  `larger than the ${maxBytes} bytes it takes`
