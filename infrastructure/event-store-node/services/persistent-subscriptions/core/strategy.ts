import type { Consumer } from './consumer.ts'
import type { StrategyName } from './group-settings.ts'
import type { Message } from './message.ts'
import { Pinned } from './pinned.ts'
import { TakingTurns } from './taking-turns.ts'

/** Which consumer of a group gets which message. */
export interface Strategy {
  joined(consumer: Consumer): void
  left(consumer: Consumer): void
  /** The consumer for a message; undefined when it has to wait. */
  choose(message: Message): Consumer | undefined
  /** A consumer has a message no longer. */
  released(message: Message): void
}

/** Makes the strategy of a name. */
export function createStrategy(name: StrategyName): Strategy {
  switch (name) {
    case 'RoundRobin':
      return new TakingTurns(true)
    case 'DispatchToSingle':
      return new TakingTurns(false)
    case 'Pinned':
    case 'PinnedByCorrelation':
      return new Pinned()
  }
}
