import { ResponseTimes } from './response-times.ts'

/** No connection may hold more than this, whatever it asks for. */
export const IN_FLIGHT_MAX = 10_000

/** One connection of a group, as far as dealing out messages is concerned. */
export class Consumer {
  /** Most messages that it may hold at once. */
  readonly slots: number
  /** How long its answers took; kept when the group has extra statistics. */
  readonly responseTimes: ResponseTimes | undefined
  /** It reads more slowly than is sent: it gets nothing until that is over. */
  isBehind = false
  #inFlight = 0
  #totalItems = 0

  constructor(slots: number, hasExtraStatistics: boolean) {
    this.slots = Math.min(slots, IN_FLIGHT_MAX)
    this.responseTimes = hasExtraStatistics ? new ResponseTimes() : undefined
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** Messages that it was ever sent. */
  get totalItems(): number {
    return this.#totalItems
  }

  get isFree(): boolean {
    return !this.isBehind && this.#inFlight < this.slots
  }

  took(): void {
    this.#inFlight += 1
    this.#totalItems += 1
  }

  gaveBack(afterMs: number): void {
    this.#inFlight -= 1
    this.responseTimes?.add(afterMs)
  }
}
