import { existsSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { Parts } from '../../../bench/harness/index.ts'

const logger = pino({ level: 'silent' })

function recording(log: string[], parts: Parts, name: string) {
  return parts.start(
    name,
    () => Promise.resolve(name),
    (value) => Promise.resolve(log.push(`${value} stopped`)),
  )
}

test('what was started last is stopped first, once', async () => {
  const log: string[] = []
  const parts = new Parts(logger)
  expect(await recording(log, parts, 'folder')).toBe('folder')
  await recording(log, parts, 'node')
  await Promise.all([parts.stop(), parts.stop()])
  expect(log).toEqual(['node stopped', 'folder stopped'])
})

test('what is only being started is stopped as well', async () => {
  const log: string[] = []
  const parts = new Parts(logger)
  const starting = parts.start(
    'slow',
    () => setImmediate('slow'),
    (value) => Promise.resolve(log.push(`${value} stopped`)),
  )
  await parts.stop()
  expect(await starting).toBe('slow')
  expect(log).toEqual(['slow stopped'])
})

test('nothing is started once all is being stopped', async () => {
  const parts = new Parts(logger)
  await parts.stop()
  await expect(recording([], parts, 'late')).rejects.toThrow('late is not started')
})

test('a part that cannot be stopped keeps none of the others', async () => {
  const log: string[] = []
  const parts = new Parts(logger)
  await recording(log, parts, 'first')
  await parts.start(
    'stubborn',
    () => Promise.resolve(),
    () => Promise.reject(new Error('no')),
  )
  await expect(parts.stop()).rejects.toThrow('not everything could be stopped')
  expect(log).toEqual(['first stopped'])
})

test('a temporary folder is there until all is stopped', async () => {
  const parts = new Parts(logger)
  const folder = await parts.folder('test')
  expect(existsSync(folder)).toBe(true)
  await parts.stop()
  expect(existsSync(folder)).toBe(false)
})
