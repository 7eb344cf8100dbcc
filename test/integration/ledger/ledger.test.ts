import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { jurisdictions } from '../../../compliance/jurisdictions/index.ts'
import { accountStream, emptyArchive, readAccountEvent } from '../../../domain/index.ts'
import { connectEventStore, type EventStore } from '../../../infrastructure/event-store/index.ts'
import { createLedger, type Ledger, type LedgerBounds, TryAgain } from '../../../ledger/index.ts'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { begin, commandsOf, origin, verdictOf } from '../../support/ledger-commands.ts'

/**
 * The ledger over a real event store: what races, crashes and bounds do to it. No account here grows
 * old enough to drop a transaction from its window, so the archive is never asked.
 */

let node: EventStoreNode
let eventStore: EventStore
let names = 0

beforeAll(async () => {
  node = await startEventStoreNode()
  eventStore = connect()
  await eventStore.ready(10_000)
})

afterAll(async () => {
  await eventStore.close()
  await node.stop()
})

function connect(): EventStore {
  return connectEventStore({ connectionString: node.connectionString, appendTimeoutMs: 1_000 })
}

function ledgerOver(store: EventStore = eventStore, bounds: Partial<LedgerBounds> = {}): Ledger {
  const archive = { find: () => Promise.resolve(emptyArchive) }
  return createLedger({
    eventStore: store,
    archive,
    rules: jurisdictions,
    now: () => new Date('2026-01-01T00:00:00Z'),
    bounds,
  })
}

function newPlayer() {
  names += 1
  return commandsOf(`player-${names}`)
}

async function historyOf(playerId: string) {
  const history = []
  for await (const stored of eventStore.readStream(accountStream(playerId))) {
    history.push(readAccountEvent(stored).event)
  }
  return history
}

async function betsOf(playerId: string): Promise<string[]> {
  const history = await historyOf(playerId)
  return history.filter(({ type }) => type === 'BetPlaced').map(({ data }) => data.transaction.id)
}

describe('races on one account', () => {
  test('of many bets for the last euro exactly one is accepted', async () => {
    const ledger = ledgerOver()
    const player = newPlayer()
    const sessionId = await begin(ledger, player, 100n)

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        ledger.execute(player.bet(`b${n}`, sessionId, 100n), origin),
      ),
    )

    expect(outcomes.map(verdictOf).filter((verdict) => verdict === 'accepted')).toHaveLength(1)
    expect(await betsOf(player.playerId)).toHaveLength(1)
  })

  test('commands that wait together are appended together', async () => {
    const ledger = ledgerOver()
    const player = newPlayer()
    const sessionId = await begin(ledger, player, 10_000n)
    const append = vi.spyOn(eventStore, 'append')

    await Promise.all(
      Array.from({ length: 65 }, (_, n) =>
        ledger.execute(player.bet(`b${n}`, sessionId, 1n), origin),
      ),
    )

    expect(append).toHaveBeenCalledTimes(2)
    append.mockRestore()
    expect(await betsOf(player.playerId)).toHaveLength(65)
  })

  test('the same command sent many times at once has one effect and one answer', async () => {
    const ledger = ledgerOver()
    const player = newPlayer()
    const sessionId = await begin(ledger, player, 1_000n)

    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => ledger.execute(player.bet('b', sessionId, 100n), origin)),
    )

    expect(outcomes.map(verdictOf).toSorted()).toEqual([
      'accepted',
      ...Array.from({ length: 9 }, () => 'replayed'),
    ])
    const balances = outcomes.map((outcome) => outcome.balance?.cash)
    expect(new Set(balances)).toEqual(new Set([900n]))
    expect(await betsOf(player.playerId)).toEqual(['b'])
  })
})

describe('two processes that serve the same account', () => {
  test('never take more than there is', async () => {
    const ledgers = [ledgerOver(), ledgerOver(connect())] as const
    const player = newPlayer()
    const sessionId = await begin(ledgers[0], player, 500n)

    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        ledgers[n % 2 === 0 ? 0 : 1].execute(player.bet(`b${n}`, sessionId, 50n), origin),
      ),
    )

    expect(outcomes.map(verdictOf).filter((verdict) => verdict === 'accepted')).toHaveLength(10)
    expect(await betsOf(player.playerId)).toHaveLength(10)
  })

  test('give one effect to the same command', async () => {
    const ledgers = [ledgerOver(), ledgerOver(connect())]
    const player = newPlayer()
    const sessionId = await begin(ledgerOver(), player, 500n)

    const outcomes = await Promise.all(
      ledgers.map((ledger) => ledger.execute(player.bet('b', sessionId, 50n), origin)),
    )

    expect(outcomes.map(({ balance }) => balance?.cash)).toEqual([450n, 450n])
    expect(await betsOf(player.playerId)).toEqual(['b'])
  })

  test('never acknowledge both of two requests under one transaction id', async () => {
    for (let round = 0; round < 20; round++) {
      const [one, other] = [ledgerOver(), ledgerOver(connect())]
      const player = newPlayer()
      const sessionId = await begin(one, player, 500n)
      await other.execute(player.deposit(`first-deposit-of-${player.playerId}`, 500n), origin) // both know the account

      const outcomes = await Promise.all([
        one.execute(player.bet('b', sessionId, 50n), origin),
        other.execute(player.bet('b', sessionId, 60n), origin),
      ])

      expect(outcomes.map(verdictOf).toSorted()).toEqual(['TRANSACTION_CONFLICT', 'accepted'])
      expect(await betsOf(player.playerId)).toEqual(['b'])
    }
  })
})

describe('a process whose memory of an account is old', () => {
  test('refuses no bet that another has taken, and none that is covered by now', async () => {
    const [one, other] = [ledgerOver(), ledgerOver(connect())]
    const player = newPlayer()
    const sessionId = await begin(one, player, 100n)
    await other.execute(player.register(), origin) // now both know the account

    const taken = player.bet('taken', sessionId, 100n)
    expect(verdictOf(await other.execute(taken, origin))).toBe('accepted')
    const repeated = await one.execute(taken, origin)
    expect(repeated).toMatchObject({ status: 'accepted', balance: { cash: 0n } })
    expect(await betsOf(player.playerId)).toEqual(['taken'])

    await other.execute(player.deposit(`more-for-${player.playerId}`, 50n), origin)
    const covered = await one.execute(player.bet('covered', sessionId, 50n), origin)
    expect(verdictOf(covered)).toBe('accepted')
  })

  test('decides commands that wait together upon what is stored', async () => {
    const [one, other] = [ledgerOver(), ledgerOver(connect())]
    const player = newPlayer()
    const sessionId = await begin(one, player, 100n)
    const first = player.bet('first', sessionId, 100n)
    await other.execute(first, origin)
    await other.execute(player.deposit(`more-for-${player.playerId}`, 1_000n), origin)

    const outcomes = await Promise.all([
      one.execute(player.register(), origin), // while it is decided, the two others come to wait
      one.execute(first, origin),
      one.execute(player.bet('second', sessionId, 500n), origin),
    ])

    expect(outcomes.map(verdictOf)).toEqual(['replayed', 'replayed', 'accepted'])
  })

  test('knows a player who registered elsewhere after it was asked', async () => {
    const [one, other] = [ledgerOver(), ledgerOver(connect())]
    const player = newPlayer()
    const withdrawal = player.withdraw('w', 40n)
    expect(verdictOf(await one.execute(withdrawal, origin))).toBe('PLAYER_NOT_FOUND')

    await begin(other, player, 100n)

    expect(verdictOf(await one.execute(withdrawal, origin))).toBe('accepted')
  })
})

describe('a payment of a gateway', () => {
  test('is credited to one player, also when it is settled for two at once', async () => {
    const [ledger, other] = [ledgerOver(), ledgerOver(connect())]
    const players = [newPlayer(), newPlayer()] as const
    for (const player of players) await ledger.execute(player.register(), origin)
    const id = `payment-of-${players[0].playerId}`

    const outcomes = await Promise.all([
      ledger.execute(players[0].deposit(id, 500n), origin),
      other.execute(players[1].deposit(id, 500n), origin),
    ])

    expect(outcomes.map(verdictOf).toSorted()).toEqual(['TRANSACTION_CONFLICT', 'accepted'])
    const cash = outcomes.map(({ balance }) => balance?.cash)
    expect(cash.toSorted()).toEqual([0n, 500n])
  })

  test('stays with its player over repetitions and restarts', async () => {
    const ledger = ledgerOver()
    const [player, another] = [newPlayer(), newPlayer()]
    for (const each of [player, another]) await ledger.execute(each.register(), origin)
    const id = `payment-of-${player.playerId}`
    await ledger.execute(player.deposit(id, 500n), origin)

    const restarted = ledgerOver(connect())
    const verdicts = [
      verdictOf(await restarted.execute(another.deposit(id, 500n), origin)),
      verdictOf(await restarted.execute(player.deposit(id, 500n), origin)),
      verdictOf(await restarted.execute(player.deposit(id, 501n), origin)),
    ]

    expect(verdicts).toEqual(['TRANSACTION_CONFLICT', 'replayed', 'TRANSACTION_CONFLICT'])
  })

  test('is not taken by a player who does not exist or has another currency', async () => {
    const ledger = ledgerOver()
    const [player, unknown] = [newPlayer(), newPlayer()]
    await ledger.execute(player.register(), origin)
    const id = `payment-of-${player.playerId}`

    const settled = player.deposit(id, 500n)
    const inDollars = {
      ...settled,
      data: { gateway: 'psp', amount: { minor: 500n, currency: 'USD' } },
    }
    const verdicts = [
      verdictOf(await ledger.execute(unknown.deposit(id, 500n), origin)),
      verdictOf(await ledger.execute(inDollars as typeof settled, origin)),
      verdictOf(await ledger.execute(settled, origin)),
    ]

    expect(verdicts).toEqual(['PLAYER_NOT_FOUND', 'CURRENCY_MISMATCH', 'accepted'])
  })
})

describe('a crash of the event store', () => {
  test('loses nothing acknowledged and doubles nothing unknown', async () => {
    const ledger = ledgerOver(eventStore, { waitingPerAccountMax: 300 })
    const player = newPlayer()
    const sessionId = await begin(ledger, player, 1_000_000n)

    const sent = Array.from({ length: 300 }, (_, n) => `b${n}`)
    const answers = Promise.all(
      sent.map(async (id, n) => {
        await sleep(n * 5)
        return verdictOf(await ledger.execute(player.bet(id, sessionId, 1n, 'round-1'), origin))
      }),
    )
    for (let kill = 0; kill < 3; kill++) {
      await sleep(300)
      await node.kill9()
      await node.restart()
    }

    expect(new Set(await answers)).toEqual(new Set(['accepted']))
    const stored = await betsOf(player.playerId)
    expect(stored.toSorted()).toEqual(sent.toSorted())
  })

  test('a caller who waits too long is told the outcome is unknown, and learns it by asking again', async () => {
    const ledger = ledgerOver(connect(), { answerTimeoutMs: 500 })
    const player = newPlayer()
    const sessionId = await begin(ledger, player, 1_000n)

    process.kill(node.pid, 'SIGSTOP')
    try {
      await expect(ledger.execute(player.bet('b', sessionId, 1n), origin)).rejects.toMatchObject({
        reason: 'OUTCOME_UNKNOWN',
      })
      await expect(ledger.execute(player.bet('c', sessionId, 1n), origin)).rejects.toMatchObject({
        reason: 'BUSY',
      })
    } finally {
      process.kill(node.pid, 'SIGCONT')
    }

    await expect
      .poll(() => ledger.execute(player.bet('b', sessionId, 1n), origin).then(verdictOf, String), {
        timeout: 20_000,
      })
      .toBe('replayed')
    expect(await betsOf(player.playerId)).toEqual(['b'])
  })
})

describe('bounds', () => {
  test('what callers no longer wait for counts until its outcome is known', async () => {
    const ledger = ledgerOver(connect(), { waitingMax: 4, answerTimeoutMs: 200 })
    const players = Array.from({ length: 6 }, newPlayer)
    for (const player of players) await ledger.execute(player.register(), origin)

    process.kill(node.pid, 'SIGSTOP')
    const reasons: string[] = []
    try {
      for (const player of players) {
        const refusal = ledger.execute(player.openSession('s'), origin)
        await refusal.catch((error: unknown) => reasons.push((error as TryAgain).reason))
      }
    } finally {
      process.kill(node.pid, 'SIGCONT')
    }

    expect(reasons).toEqual([...Array<string>(4).fill('OUTCOME_UNKNOWN'), ...twice('BUSY')])
    const [first] = players
    await expect
      .poll(
        () => ledger.execute(first?.openSession('s') ?? never(), origin).then(verdictOf, String),
        {
          timeout: 20_000,
        },
      )
      .toBe('replayed')
  })

  test('an archive that does not answer refuses the old id as retryable, and nothing else', async () => {
    const ledger = createLedger({
      eventStore,
      archive: { find: () => new Promise(() => undefined) },
      rules: jurisdictions,
      now: () => new Date('2026-01-01T00:00:00Z'),
    })
    const player = newPlayer()
    const sessionId = await begin(ledger, player, 1_000n)
    const old = player.bet('old', sessionId, 1n, 'round-1')
    await ledger.execute(old, origin)
    for (let n = 0; n < 200; n++) {
      await ledger.execute(player.bet(`b${n}`, sessionId, 1n, 'round-1'), origin)
    }

    const [repeated, next] = await Promise.allSettled([
      ledger.execute(old, origin),
      ledger.execute(player.bet('next', sessionId, 1n, 'round-1'), origin),
    ])

    expect(repeated).toMatchObject({ status: 'rejected', reason: { reason: 'UNAVAILABLE' } })
    expect(next).toMatchObject({ status: 'fulfilled', value: { status: 'accepted' } })
  })

  test('past the bound of an account a command is refused as retryable, and changes nothing', async () => {
    const ledger = ledgerOver(eventStore, { waitingPerAccountMax: 5 })
    const player = newPlayer()
    const sessionId = await begin(ledger, player, 1_000n)

    const outcomes = await Promise.allSettled(
      Array.from({ length: 9 }, (_, n) =>
        ledger.execute(player.bet(`b${n}`, sessionId, 1n), origin),
      ),
    )

    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toHaveLength(4)
    for (const { reason } of refused) expect(reason).toMatchObject({ reason: 'BUSY' })
    expect(await betsOf(player.playerId)).toHaveLength(5)
  })

  test('a command that cannot be stored fails alone, not those that wait with it', async () => {
    const ledger = ledgerOver()
    const player = newPlayer()
    const sessionId = await begin(ledger, player, 1_000n)

    const outcomes = await Promise.allSettled([
      ledger.execute(player.bet('b1', sessionId, 1n), origin),
      ledger.execute(player.bet('b2', sessionId, 1n, 'no valid round id'), origin),
      ledger.execute(player.bet('b3', sessionId, 1n), origin),
    ])

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await betsOf(player.playerId)).toEqual(['b1', 'b3'])
  })

  test('a cache too small for any account changes no answer', async () => {
    const ledger = ledgerOver(eventStore, { cacheBytesMax: 1 })
    const player = newPlayer()
    const sessionId = await begin(ledger, player, 3n)

    const verdicts = []
    for (let n = 0; n < 5; n++) {
      verdicts.push(verdictOf(await ledger.execute(player.bet(`b${n}`, sessionId, 1n), origin)))
    }

    expect(verdicts).toEqual(['accepted', 'accepted', 'accepted', ...twice('INSUFFICIENT_FUNDS')])
  })

  test('a closed ledger takes no commands, and those under way get their answer', async () => {
    const ledger = ledgerOver()
    const player = newPlayer()
    const sessionId = await begin(ledger, player, 1_000n)

    const underWay = ledger.execute(player.bet('b', sessionId, 1n), origin)
    const closed = ledger.close(5_000)
    await expect(ledger.execute(player.bet('c', sessionId, 1n), origin)).rejects.toThrow(TryAgain)

    await closed
    expect(verdictOf(await underWay)).toBe('accepted')
  })
})

function twice(value: string): string[] {
  return [value, value]
}

function never(): never {
  throw new Error('there is a first player')
}
