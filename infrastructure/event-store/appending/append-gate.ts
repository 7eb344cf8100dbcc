import { backoffMs } from '../backoff.ts'

export interface AppendGateLimits {
  /** Attempts on their way to the server at the same time. */
  readonly maxInFlight: number
  /** Bytes of events on their way at the same time; one append may always go. */
  readonly maxBytesInFlight: number
}

/** The right to send one attempt; handed back with what became of it. */
export interface Pass {
  readonly bytes: number
  readonly epoch: number
}

/** Who wants to send an attempt of so many bytes, and is told when it may. */
export interface Waiter {
  readonly bytes: number
  admit(pass: Pass): void
}

/**
 * Lets append attempts through to the server in the order they came, within limits.
 *
 * When an attempt is lost with its connection, nobody passes for a while (longer with every loss in
 * a row), then one attempt alone probes the server; every answer lets one more pass at a time. So
 * hundreds of appends that lose the same connection come back as one, two, four, not as a storm.
 */
export class AppendGate {
  readonly #limits: AppendGateLimits
  readonly #waiting = new Set<Waiter>()
  #width: number
  #inFlight = 0
  #bytesInFlight = 0
  #epoch = 0
  #lossesInARow = 0
  #pauseTimer: NodeJS.Timeout | undefined
  #closed = false

  constructor(limits: AppendGateLimits) {
    this.#limits = limits
    this.#width = limits.maxInFlight
  }

  /** Admits the waiter when its attempt may be sent, at once if it can be. */
  enter(waiter: Waiter): void {
    if (this.#closed) return
    this.#waiting.add(waiter)
    this.#admitWaiting()
  }

  /** The waiter will not be admitted any more. */
  leaveQueue(waiter: Waiter): void {
    if (this.#waiting.delete(waiter)) this.#admitWaiting()
  }

  /** The server answered the attempt. */
  leave(pass: Pass): void {
    this.#release(pass)
    this.#lossesInARow = 0
    this.#width = Math.min(this.#width + 1, this.#limits.maxInFlight)
    this.#admitWaiting()
  }

  /** The attempt was lost with its connection; those that were sent before the loss count once. */
  lost(pass: Pass): void {
    this.#release(pass)
    if (pass.epoch === this.#epoch && !this.#closed) {
      this.#epoch += 1
      this.#lossesInARow += 1
      this.#width = 1
      clearTimeout(this.#pauseTimer)
      this.#pauseTimer = setTimeout(() => {
        this.#pauseTimer = undefined
        this.#admitWaiting()
      }, backoffMs(this.#lossesInARow))
    }
    this.#admitWaiting()
  }

  /** Nobody is admitted any more. */
  close(): void {
    this.#closed = true
    this.#waiting.clear()
    clearTimeout(this.#pauseTimer)
    this.#pauseTimer = undefined
  }

  #release(pass: Pass): void {
    this.#inFlight -= 1
    this.#bytesInFlight -= pass.bytes
  }

  #passFor(bytes: number): Pass {
    this.#inFlight += 1
    this.#bytesInFlight += bytes
    return { bytes, epoch: this.#epoch }
  }

  #admitWaiting(): void {
    if (this.#pauseTimer) return
    for (const waiter of this.#waiting) {
      if (!this.#hasRoomFor(waiter.bytes)) return
      this.#waiting.delete(waiter)
      waiter.admit(this.#passFor(waiter.bytes))
    }
  }

  #hasRoomFor(bytes: number): boolean {
    if (this.#inFlight === 0) return true
    return (
      this.#inFlight < this.#width && this.#bytesInFlight + bytes <= this.#limits.maxBytesInFlight
    )
  }
}
