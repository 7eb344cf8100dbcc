import { type Answer, type Balance, type InvalidCode, keyOf, type Request } from '../requests.ts'
import { AccountAudit } from './account-audit.ts'
import type { Operation } from './operation.ts'
import { Findings } from './violation.ts'

/** Tells the auditor what became of one request. */
export interface Witness {
  /** It was sent and not answered; it will be sent again. */
  attemptLost(): void
  /** The API answered with an error that it must not give; the request will be sent again. */
  failed(code: string): void
  answered(answer: Answer): void
  givenUp(): void
}

/** Watches all requests and answers, and keeps an account of its own for every player. */
export class Auditor {
  readonly findings = new Findings()
  readonly #accounts = new Map<string, AccountAudit>()
  readonly #failuresTolerated: () => number
  #failures = 0
  #tick = 0

  /** `failuresTolerated` says how many failures of the API are no violation yet: none unless it is killed. */
  constructor(failuresTolerated: () => number = () => 0) {
    this.#failuresTolerated = failuresTolerated
  }

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
      failed: (code) => {
        this.failed(code, keyOf(request), player)
      },
      answered: (answer) => {
        account.answered(operation, answer, this.#nextTick())
      },
      givenUp: () => {
        account.givenUp()
      },
    }
  }

  /** The API answered a request or a query with an error that it must not give. */
  failed(code: string, subject: string, player?: string): void {
    this.#failures += 1
    if (this.#failures <= this.#failuresTolerated()) return
    this.findings.add({
      invariant: 0,
      evidence: 'answer',
      ...(player !== undefined && { player }),
      subject,
      expected: 'an answer',
      actual: `error: ${code}`,
    })
  }

  /** A query, made while the player did nothing, has shown this balance. */
  shown(player: string, balance: Balance | undefined): void {
    this.account(player).shown(balance)
  }

  #nextTick(): number {
    return ++this.#tick
  }
}
