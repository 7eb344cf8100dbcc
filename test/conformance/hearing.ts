import type { AllStreamSubscription, StreamSubscription } from '@eventstore/db-client'
import { expect, vi } from 'vitest'

/** What a subscription has told so far, in order; an event as `stream@revision`. */
export interface Hearing {
  readonly heard: readonly string[]
  readonly errors: readonly unknown[]
  /** What was heard of events alone. */
  readonly events: readonly string[]
  /** Resolves when as many events were heard. */
  untilEvents(count: number): Promise<void>
  untilCaughtUp(): Promise<void>
  untilError(): Promise<unknown>
}

const WAIT = { timeout: 20_000, interval: 10 }

/** Listens to a subscription from its beginning. */
export function hear(subscription: StreamSubscription | AllStreamSubscription): Hearing {
  const heard: string[] = []
  const errors: unknown[] = []
  const stream: StreamSubscription = subscription
  const events = () => heard.filter((what) => what.includes('@'))
  stream.on('confirmation', () => heard.push('confirmation'))
  stream.on('caughtUp', () => heard.push('caughtUp'))
  stream.on('data', ({ event }) => heard.push(`${event?.streamId}@${event?.revision}`))
  stream.on('error', (error) => errors.push(error))
  return {
    heard,
    errors,
    get events() {
      return events()
    },
    async untilEvents(count) {
      await vi.waitFor(() => {
        expect(events()).toHaveLength(count)
      }, WAIT)
    },
    async untilCaughtUp() {
      await vi.waitFor(() => {
        expect(heard).toContain('caughtUp')
      }, WAIT)
    },
    async untilError() {
      await vi.waitFor(() => {
        expect(errors).toHaveLength(1)
      }, WAIT)
      return errors[0]
    },
  }
}

/** As events of a stream are heard. */
export function eventsOf(stream: string, count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, index) => `${stream}@${first + index}`)
}
