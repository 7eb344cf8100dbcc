/** The fields of an event that every reader looks at. */
export interface Touched {
  readonly id: string
  readonly type: string
  readonly stream: string
  readonly revision: bigint
}

/** Looks at events, so that no client gets away with not decoding what a reader needs. */
export class Touch {
  events = 0
  /** Something that depends on all that was looked at. */
  sum = 0

  fields({ id, type, stream, revision }: Touched): void {
    this.events += 1
    this.sum += id.length + type.length + stream.length + Number(revision)
  }

  contents(data: object, metadata: object): void {
    if ('amount' in data && 'actor' in metadata) this.sum += 1
  }
}
