import type { Answer, Balance, InvalidCode, Request } from '../requests.ts'
import { AccountAudit } from './account-audit.ts'
import type { Operation } from './operation.ts'
import { Findings } from './violation.ts'

/** Tells the auditor what became of one request. */
export interface Witness {
  /** It was sent and not answered; it will be sent again. */
  attemptLost(): void
  answered(answer: Answer): void
  givenUp(): void
}

/** Watches all requests and answers, and keeps an account of its own for every player. */
export class Auditor {
  readonly findings = new Findings()
  readonly #accounts = new Map<string, AccountAudit>()
  #tick = 0

  /** The accounts of players, those that nobody registered included. */
  get accounts(): Iterable<AccountAudit> {
    return this.#accounts.values()
  }

  /** The newest position any answer has given. */
  get position(): bigint {
    let newest = 0n
    for (const { position } of this.#accounts.values()) if (position > newest) newest = position
    return newest
  }

  account(player: string): AccountAudit {
    const known = this.#accounts.get(player)
    if (known !== undefined) return known
    const created = new AccountAudit(player, this.findings)
    this.#accounts.set(player, created)
    return created
  }

  /** A request leaves; `spoiled` says what the API must find wrong with it. */
  sent(player: string, request: Request, spoiled?: InvalidCode): Witness {
    const account = this.account(player)
    const operation: Operation = account.sent(request, this.#nextTick(), spoiled)
    return {
      attemptLost: () => {
        operation.lostAttempts += 1
      },
      answered: (answer) => {
        account.answered(operation, answer, this.#nextTick())
      },
      givenUp: () => {
        account.givenUp()
      },
    }
  }

  /** A query, made while the player did nothing, has shown this balance. */
  shown(player: string, balance: Balance | undefined): void {
    this.account(player).shown(balance)
  }

  #nextTick(): number {
    return ++this.#tick
  }
}
