import type { Auditor } from '../auditor/index.ts'
import {
  type ApiClient,
  balanceAnswered,
  balanceQuery,
  GivenUp,
  type Spoiling,
} from '../client/index.ts'
import type { Answer, Balance, InvalidCode, Party, Request } from '../requests.ts'
import { z } from 'zod'
import { fateOf, rewritten, withOtherContent } from './fates.ts'
import type { Tally } from './tally.ts'

/** How to spoil a request, and what must be found wrong with it. */
export interface Spoiled extends Spoiling {
  readonly expected: InvalidCode
}

/** Where requests go out: each is shown to the auditor, counted, and now and then sent again. */
export interface Desk {
  /** @throws GivenUp, UnreadableAnswer */
  send(player: string, request: Request): Promise<Answer>
  /** Without ever being sent again by the desk itself. @throws GivenUp, UnreadableAnswer */
  sendOnce(player: string, request: Request, spoiled?: Spoiled): Promise<Answer>
  /** Sends what waits to be sent again late; `share` is one in so many of it. */
  sendLate(player: string, share: number): Promise<void>
  /** Asks for the balance, as of `minPosition` or later. @throws GivenUp, UnreadableAnswer */
  balance(player: string, playerId: string, minPosition: bigint): Promise<Balance>
  witness(situation: string): void
}

export interface DeskOptions {
  readonly seed: number
  readonly client: ApiClient
  readonly auditor: Auditor
  readonly tally: Tally
  /** Who asks for balances. */
  readonly site: Party
}

const balanceShown = z.object({ player: z.object({ balance: balanceAnswered }).nullable() })

export function createDesk({ seed, client, auditor, tally, site }: DeskOptions): Desk {
  const lateOf = new Map<string, Request[]>()

  async function sendOnce(player: string, request: Request, spoiled?: Spoiled): Promise<Answer> {
    tally.sent(player, request)
    const witness = auditor.sent(player, request, spoiled?.expected)
    try {
      const answer = await client.send(request, {
        attemptLost: () => {
          witness.attemptLost()
        },
        failed: (code) => {
          witness.failed(code)
        },
        ...(spoiled !== undefined && { spoiling: spoiled }),
      })
      witness.answered(answer)
      tally.answered(request, answer)
      return answer
    } catch (error) {
      witness.givenUp()
      throw counted(error)
    }
  }

  function counted(error: unknown): unknown {
    if (error instanceof GivenUp) tally.givenUp += 1
    return error
  }

  function sendAgain(player: string, request: Request, how: string): Promise<Answer> {
    tally.witness(how)
    return sendOnce(player, request)
  }

  async function send(player: string, request: Request): Promise<Answer> {
    const fate = fateOf(seed, request)
    if (fate === 'sent again at once') {
      const [answer] = await Promise.all([
        sendOnce(player, request),
        sendAgain(player, request, fate),
      ])
      return answer
    }
    const answer = await sendOnce(player, request)
    if (fate === 'sent again late') {
      lateOf.set(player, [...(lateOf.get(player) ?? []), request])
    }
    if (fate === 'other content' && answer.kind === 'accepted') {
      await sendAgain(player, withOtherContent(request), fate)
    }
    return answer
  }

  return {
    send,
    sendOnce,
    async sendLate(player, share) {
      const waiting = lateOf.get(player) ?? []
      const now = waiting.filter((_, index) => index % share === 0)
      lateOf.set(
        player,
        waiting.filter((_, index) => index % share !== 0),
      )
      for (const request of now) await sendAgain(player, rewritten(request), 'sent again late')
    },
    async balance(player, playerId, minPosition) {
      const variables = { id: playerId, minPosition: minPosition.toString() }
      const failed = (code: string) => {
        auditor.failed(code, 'balance query', player)
      }
      const asked = client.query(site, balanceQuery, variables, balanceShown, failed)
      const shown = await asked.catch((error: unknown) => {
        throw counted(error)
      })
      const balance = shown.player?.balance
      auditor.shown(player, balance)
      return balance ?? { cash: 0n, held: 0n }
    },
    witness: (situation) => {
      tally.witness(situation)
    },
  }
}
