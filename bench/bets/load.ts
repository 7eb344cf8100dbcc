/** One round of load on a candidate. */
export interface LoadOrder {
  readonly inFlight: number
  readonly durationMs: number
}
