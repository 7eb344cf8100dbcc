import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newHome, processesNaming, repository } from '../support/running-countroom.ts'

/** Starts that do not come to their end. */

let home: Awaited<ReturnType<typeof newHome>>

beforeEach(async () => {
  home = await newHome()
})

afterEach(() => home.remove())

test('Ctrl-C ends a start that waits for an event store, and leaves no process behind', async () => {
  const child = spawn('node', ['--import', 'tsx', 'cli/countroom.ts', 'start'], {
    cwd: repository,
    env: {
      ...process.env,
      COUNTROOM_DATA: home.dataFolder,
      COUNTROOM_PORT: String(home.port),
      DATABASE_URL: '',
      EVENTSTORE_URL: `esdb://127.0.0.1:${home.port}?tls=false`, // nobody listens there
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await expect.poll(() => output, { timeout: 60_000 }).toContain('Starting ledger')
  expect(await processesNaming(home.dataFolder)).not.toEqual([])

  const pressedAtMs = performance.now()
  child.kill('SIGINT')
  const [code] = (await exited) as [number | null]

  expect(code).toBe(130)
  expect(performance.now() - pressedAtMs).toBeLessThan(10_000) // it would wait 30 s
  await expect.poll(() => processesNaming(home.dataFolder), { timeout: 30_000 }).toEqual([])
})
