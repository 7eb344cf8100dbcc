import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Auditor } from '../../../cli/simulate/auditor/index.ts'
import { Failed, NotNow, readAnswer, readData } from '../../../cli/simulate/client/answers.ts'
import { accepted, bet, PLAYER, round } from './witnessed-day.ts'

/** An API that answers with errors: which of them it may give, and what the auditor names. */

function errorWith(code: string): string {
  return JSON.stringify({ data: null, errors: [{ message: 'sorry', extensions: { code } }] })
}

describe('an error of the API', () => {
  test.each(['RATE_LIMITED', 'TRY_AGAIN'])('%s means: not now', (code) => {
    expect(() => readAnswer(errorWith(code), 't1')).toThrow(NotNow)
    expect(() => readData(errorWith(code), z.unknown())).toThrow(NotNow)
  })

  test.each(['INTERNAL_SERVER_ERROR', 'NEVER_HEARD_OF', ''])('"%s" is a failure', (code) => {
    expect(() => readAnswer(errorWith(code), 't1')).toThrow(Failed)
    expect(() => readData(errorWith(code), z.unknown())).toThrow(Failed)
  })
})

describe('a failure of the API', () => {
  test('is a violation that names player and request, even if the next attempt is answered', () => {
    const auditor = new Auditor()
    for (const [asked, answer] of round) auditor.sent(PLAYER, asked).answered(answer)
    const witness = auditor.sent(PLAYER, bet('b9', '1', 'r9'))
    witness.attemptLost()
    witness.failed('INTERNAL_SERVER_ERROR')
    witness.answered(accepted(11_900n))
    expect(auditor.findings.kept).toStrictEqual([
      {
        invariant: 0,
        evidence: 'answer',
        player: PLAYER,
        subject: 'provider:reels b9',
        expected: 'an answer',
        actual: 'error: INTERNAL_SERVER_ERROR',
      },
    ])
  })

  test('is tolerated while processes are killed, up to the bound that grows with the kills', () => {
    let tolerated = 0
    const auditor = new Auditor(() => tolerated)
    const failTimes = (times: number) => {
      for (let n = 0; n < times; n += 1) auditor.failed('INTERNAL_SERVER_ERROR', 'balance', PLAYER)
    }
    tolerated = 3
    failTimes(3)
    expect(auditor.findings.count).toBe(0)
    failTimes(1)
    expect(auditor.findings.count).toBe(1)
    tolerated = 5
    failTimes(2)
    expect(auditor.findings.count).toBe(2)
  })
})
