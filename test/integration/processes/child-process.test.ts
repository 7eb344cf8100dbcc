import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { ProcessNotStarted } from '../../../infrastructure/processes/index.ts'
import { idleScript, isAlive, rememberingLogger, startScript } from './scripted-process.ts'

test('a process is there when it says it is ready, and gone when stopped', async () => {
  const child = await startScript(idleScript)
  expect(child.ready).toBe(String(child.pid))
  await child.stop()
  expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' })
  expect(await isAlive(child.pid)).toBe(false)
})

test('what it writes is in the log, line by line, under its name', async () => {
  const { logger, lines } = rememberingLogger()
  const child = await startScript(`console.error('some trouble'); ${idleScript}`, { logger })
  await child.stop()
  expect(lines.join('')).toContain('"script: some trouble"')
})

test('stopping gives it the time to end its work', async () => {
  const child = await startScript(
    `process.on('SIGTERM', () => setTimeout(() => process.exit(7), 200)); ${idleScript}`,
  )
  await child.stop()
  expect(await child.exited).toEqual({ code: 7, signal: null })
})

test('one that does not stop in time is killed, and the log says so', async () => {
  const { logger, lines } = rememberingLogger()
  const child = await startScript(`process.on('SIGTERM', () => {}); ${idleScript}`, {
    logger,
    stopTimeoutMs: 300,
  })
  await child.stop()
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
  expect(lines.join('')).toContain('script did not stop within 300 ms and is killed')
})

test('one that dies before it is ready is told of with its last words', async () => {
  const start = startScript(`console.error('no such folder'); process.exit(3)`)
  await expect(start).rejects.toThrow(ProcessNotStarted)
  await expect(start).rejects.toThrow(
    /ended before it was ready \(exit code 3\)\n {2}no such folder/,
  )
})

test('one that is never ready is stopped', async () => {
  const silent = startScript(`console.log(process.pid); setInterval(() => {}, 1000)`, {
    readyTimeoutMs: 500,
  })
  const error: unknown = await silent.catch((reason: unknown) => reason)
  if (!(error instanceof ProcessNotStarted)) throw new Error('expected ProcessNotStarted')
  expect(error.message).toContain('was not ready within 500 ms')
  expect(await isAlive(Number(error.lastLines[0]))).toBe(false)
})

test('a program that is not there is an error like any other', async () => {
  const command = { program: '/no/such/program', args: [], env: {} }
  await expect(startScript('', { command })).rejects.toThrow(/it could not be run/)
})

test('Ctrl-C in the terminal does not reach it: it has a session of its own', async () => {
  const child = await startScript(idleScript)
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8')
  const [, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  expect([group, session]).toEqual([String(child.pid), String(child.pid)])
})

test('a signal sent to one that is gone is no error', async () => {
  const child = await startScript(idleScript)
  await child.kill9()
  await child.kill9()
  await child.stop()
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
})
