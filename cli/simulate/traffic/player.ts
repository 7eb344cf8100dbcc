import { written } from '../auditor/index.ts'
import type { Cast } from '../cast.ts'
import type { AcceptedAnswer, Answer, Party, Request, RequestBody } from '../requests.ts'
import type { Desk, Spoiled } from './desk.ts'
import type { PlayerPlan } from './plan.ts'

/** A player, and those who send requests for the player: the site, the gateway and the providers. */
export class Player {
  readonly name: string
  readonly plan: PlayerPlan
  readonly desk: Desk
  readonly cast: Cast
  readonly site: Party
  playerId = ''
  /** What the answers so far say of the cash; requests under way may have changed it. */
  cash = 0n
  /** The newest position an answer gave. */
  position = 0n

  constructor(run: string, plan: PlayerPlan, desk: Desk, cast: Cast) {
    this.name = `${run}-p${plan.number}`
    this.plan = plan
    this.desk = desk
    this.cast = cast
    this.site = cast.site
  }

  /** An amount in the account's currency. */
  money(minor: bigint) {
    return written(minor, this.plan.currency)
  }

  /** Sends a request, which may be sent again like any other. */
  async send(as: Party, id: string, body: RequestBody): Promise<Answer> {
    return this.#learn(await this.desk.send(this.name, this.request(as, id, body)))
  }

  /** Sends a request exactly once; `spoiled` says how it is at fault. */
  async sendOnce(as: Party, id: string, body: RequestBody, spoiled?: Spoiled): Promise<Answer> {
    const request = this.request(as, id, body)
    return this.#learn(await this.desk.sendOnce(this.name, request, spoiled))
  }

  request(as: Party, id: string, body: RequestBody): Request {
    const { playerId } = this
    const transactionId = `${this.name}-${id}`
    return { as, transactionId, ...(playerId !== '' && { playerId }), ...body }
  }

  async register(): Promise<void> {
    const { currency, jurisdiction } = this.plan
    const body = { kind: 'registerPlayer', currency, jurisdiction } as const
    const answer = await this.send(this.site, 'register', body)
    if (answer.kind === 'accepted') this.playerId = answer.playerId
  }

  deposit(id: string, minor: bigint): Promise<Answer> {
    const amount = this.money(minor)
    return this.send(this.site, id, { kind: 'settleDeposit', gateway: GATEWAY, amount })
  }

  /** Deposits when what is left may not cover a stake. */
  async ensureCash(id: string, minor: bigint): Promise<void> {
    if (this.cash >= minor) return
    await this.deposit(`${id}-deposit`, minor + this.plan.firstDepositMinor)
  }

  /** The balance, asked for while nothing is under way. */
  async balance(): Promise<bigint> {
    const { cash } = await this.desk.balance(this.name, this.playerId, this.position)
    this.cash = cash
    return cash
  }

  #learn(answer: Answer): Answer {
    const isNew = answer.kind === 'accepted' && !answer.replayed && answer.position >= this.position
    if (isNew) this.position = answer.position
    if ((isNew || answer.kind === 'refused') && answer.balance !== undefined) {
      this.cash = answer.balance.cash
    }
    return answer
  }
}

/** The gateway that settles all deposits and withdrawals. */
export const GATEWAY = 'gateway-one'

export function isAccepted(answer: Answer): answer is AcceptedAnswer {
  return answer.kind === 'accepted'
}

export function isRefused(answer: Answer, code: string): boolean {
  return answer.kind === 'refused' && answer.code === code
}
