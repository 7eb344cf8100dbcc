import { expect, test } from 'vitest'
import { ownProgram } from '../../../infrastructure/processes/index.ts'
import { isAlive, startScript } from './scripted-process.ts'

test('a program of ours runs from source, and what it started ends when it is killed', async () => {
  const parent = await startScript('', {
    command: ownProgram('./parent.program', import.meta.url, []),
  })
  const childPid = Number(parent.ready)
  expect(await isAlive(childPid)).toBe(true)
  await parent.kill9()
  await expect.poll(() => isAlive(childPid), { timeout: 10_000 }).toBe(false)
})
