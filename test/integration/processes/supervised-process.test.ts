import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import {
  ProcessGivenUp,
  ProcessStopped,
  superviseProcess,
} from '../../../infrastructure/processes/index.ts'
import type { SupervisionOptions } from '../../../infrastructure/processes/index.ts'
import { idleScript, isAlive, rememberingLogger, startScript } from './scripted-process.ts'

const policy = { delayMs: 50, delayMsMax: 200, deathsMax: 3, windowMs: 60_000 }

async function supervise(options: Partial<SupervisionOptions<string>> = {}) {
  const { logger, lines } = rememberingLogger()
  const supervised = await superviseProcess<string>({
    name: 'script',
    logger,
    start: () => startScript(idleScript),
    restartPolicy: policy,
    ...options,
  })
  onTestFinished(() => supervised.stop())
  return { supervised, lines }
}

test('one that dies is started again, with what the last one said', async () => {
  const previous: (string | undefined)[] = []
  const { supervised, lines } = await supervise({
    start: (last) => {
      previous.push(last)
      return startScript(idleScript)
    },
  })
  const first = await supervised.whenReady()
  await supervised.kill9()
  expect(await isAlive(Number(first))).toBe(false)

  const second = await supervised.whenReady()
  expect(second).not.toBe(first)
  expect(supervised.pid).toBe(Number(second))
  expect(previous).toEqual([undefined, first])
  expect(lines.join('')).toContain(`script (pid ${first}) died: signal SIGKILL`)
})

test('one that dies again and again is given up, loudly', async () => {
  let givenUp: ProcessGivenUp | undefined
  let starts = 0
  const { supervised, lines } = await supervise({
    start: () => {
      starts += 1
      return startScript(`console.log('ready'+' '+process.pid); setTimeout(process.exit, 50, 1)`)
    },
    onGivenUp: (error) => {
      givenUp = error
    },
  })
  await expect.poll(() => givenUp, { timeout: 10_000 }).toBeInstanceOf(ProcessGivenUp)
  expect(starts).toBe(1 + policy.deathsMax)
  expect(lines.join('')).toContain('died more than 3 times within 60000 ms')
  expect(supervised.pid).toBeUndefined()
  await expect(supervised.whenReady()).rejects.toThrow(ProcessGivenUp)
  await expect(supervised.restart()).rejects.toThrow(ProcessGivenUp)
})

test('a start that fails counts as a death, and those who wait are told of the end', async () => {
  let starts = 0
  const { supervised } = await supervise({
    start: () => startScript(starts++ === 0 ? idleScript : 'process.exit(1)'),
  })
  await supervised.kill9()
  await expect(supervised.whenReady()).rejects.toThrow(ProcessGivenUp)
  expect(starts).toBe(1 + policy.deathsMax)
})

test('a first start that fails is the error of the caller', async () => {
  await expect(supervise({ start: () => startScript('process.exit(1)') })).rejects.toThrow(
    'exit code 1',
  )
})

test('a restart on purpose is no death, however often', async () => {
  const { supervised, lines } = await supervise()
  for (let times = 0; times <= policy.deathsMax + 1; times++) {
    const before = supervised.pid
    const after = await supervised.restart()
    expect(supervised.pid).toBe(Number(after))
    expect(supervised.pid).not.toBe(before)
  }
  expect(lines.join('')).not.toContain('died')
})

test('a restart does not wait out the pause after a death', async () => {
  const slow = { ...policy, delayMs: 60_000, delayMsMax: 60_000 }
  const { supervised } = await supervise({ restartPolicy: slow })
  await supervised.kill9()
  await sleep(50)
  expect(supervised.pid).toBeUndefined()
  expect(await supervised.restart()).toBe(String(supervised.pid))
})

test('once stopped it stays stopped, whatever it was doing', async () => {
  const { supervised } = await supervise()
  const { pid } = supervised
  await supervised.kill9()
  const waiting = Promise.allSettled([supervised.whenReady()])
  await supervised.stop()
  const [outcome] = await waiting
  expect(outcome).toHaveProperty('reason', new ProcessStopped('script was stopped'))
  await sleep(policy.delayMs * 2)
  expect(supervised.pid).toBeUndefined()
  expect(await isAlive(Number(pid))).toBe(false)
  await supervised.stop()
})

test('stopping does not wait for a start that takes its time', async () => {
  let starts = 0
  const { supervised } = await supervise({
    restartPolicy: { ...policy, delayMs: 0 },
    start: (_, signal) =>
      startScript(starts++ === 0 ? idleScript : 'setTimeout(() => {}, 60_000)', {
        signal,
        readyTimeoutMs: 60_000,
      }),
  })
  await supervised.kill9()
  await expect.poll(() => starts).toBe(2)
  const beganMs = performance.now()
  await supervised.stop()
  expect(performance.now() - beganMs).toBeLessThan(5_000)
})

test('one that is stopped while it is being started again is not left running', async () => {
  const pids: number[] = []
  const { supervised } = await supervise({
    restartPolicy: { ...policy, delayMs: 0 },
    start: async () => {
      const child = await startScript(idleScript)
      pids.push(child.pid)
      return child
    },
  })
  await supervised.kill9()
  await sleep(20) // by now the second one is on its way
  await supervised.stop()
  expect(await Promise.all(pids.map(isAlive))).not.toContain(true)
})
