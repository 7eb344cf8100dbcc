import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  newHome,
  npmStart,
  processesNaming,
  repository,
  type RunningCountroom,
} from '../support/running-countroom.ts'

/** What the README says, done as it stands there. */

const run = promisify(execFile)
let home: Awaited<ReturnType<typeof newHome>>
let countroom: RunningCountroom

beforeAll(async () => {
  home = await newHome()
  countroom = await npmStart(home.dataFolder, home.port)
})

afterAll(async () => {
  await countroom.pressCtrlC()
  await home.remove()
})

/** The shell commands of a section of the README. */
async function commandsUnder(heading: string): Promise<readonly string[]> {
  const readme = await readFile(join(repository, 'README.md'), 'utf8')
  const section = readme.split(/^## /m).find((text) => text.startsWith(heading)) ?? ''
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)]
  return blocks.map(([, commands = '']) => commands)
}

async function paste(commands: readonly string[]): Promise<unknown[]> {
  const { stdout } = await run('bash', ['-e', '-c', commands.join('\n')], {
    cwd: repository,
    env: countroom.environment,
  })
  return stdout
    .split(/^(?=\{$)/m)
    .filter((text) => text.trim() !== '')
    .map((text) => JSON.parse(text) as unknown)
}

function cash(amount: string) {
  return { cash: { amount, currency: 'EUR' } }
}

describe('the first bet of the README', () => {
  test('pasted as it stands, deposits 20 and bets 2.50', async () => {
    const answers = await paste(await commandsUnder('A first bet'))

    expect(answers).toEqual([
      {
        data: {
          registerPlayer: { playerId: expect.any(String) as string, replayed: false },
        },
      },
      { data: { settleDeposit: { replayed: false, balance: cash('20.00') } } },
      {
        data: {
          openGameSession: { sessionId: expect.any(String) as string, replayed: false },
        },
      },
      {
        data: {
          placeBet: {
            replayed: false,
            balance: cash('17.50'),
            position: expect.stringMatching(/^\d+$/) as string,
          },
        },
      },
      { data: { player: expect.objectContaining({ balance: cash('17.50') }) as unknown } },
    ])
  })

  test('pasted again, is answered the same and moves nothing', async () => {
    const answers = await paste(await commandsUnder('A first bet'))

    expect(answers).toMatchObject([
      { data: { registerPlayer: { replayed: true } } },
      { data: { settleDeposit: { replayed: true } } },
      { data: { openGameSession: { replayed: true } } },
      { data: { placeBet: { replayed: true } } },
      { data: { player: { balance: { cash: { amount: '17.50' } } } } },
    ])
  })

  test('the ids that stand in the README are those the API gives', async () => {
    const [first = ''] = await commandsUnder('A first bet')
    const answers = await paste([first])
    const [, deposit = ''] = first.split('settleDeposit')
    const [, playerId] = /playerId: "([^"]+)"/.exec(deposit) ?? []
    expect(answers[0]).toMatchObject({ data: { registerPlayer: { playerId } } })
  })
})

describe('the event store of the README', () => {
  test('is verified and backed up while it runs, and the copy is verified too', async () => {
    const [commands = ''] = await commandsUnder('The event store')
    const copy = join(home.dataFolder, 'backup')
    const here = commands
      .replaceAll('data/event-store', join(home.dataFolder, 'event-store'))
      .replaceAll('backup/event-store', copy)
      .replace('npm run test:crash', `npm run countroom -- eventstore verify --db ${copy}`)
    const { stdout } = await run('bash', ['-e', '-c', here], { cwd: repository })
    expect(stdout.match(/no fault found/g)).toHaveLength(2)
    expect(stdout).toContain(`to ${copy}: `)
  })
})

describe('countroom start', () => {
  test('stops on Ctrl-C, and started again finds everything as it was', async () => {
    await countroom.pressCtrlC()
    expect(countroom.output()).toContain('Stopped')
    expect(await processesNaming(home.dataFolder)).toEqual([])

    countroom = await npmStart(home.dataFolder, home.port)
    const [balance] = (await commandsUnder('A first bet')).slice(-1)
    const answers = await paste([balance ?? ''])
    expect(answers).toMatchObject([
      { data: { player: { balance: { cash: { amount: '17.50' } } } } },
    ])
  })
})
