import { pino } from 'pino'
import { expect, test } from 'vitest'
import { stopInOrder } from '../../../infrastructure/processes/index.ts'

const logger = pino({ level: 'silent' })

function partsThatNote(stopped: string[], failing?: string) {
  return ['postgres', 'node', 'api'].map((name) => ({
    name,
    async stop() {
      await Promise.resolve()
      if (name === failing) throw new Error(`${name} hangs`)
      stopped.push(name)
    },
  }))
}

test('what was started last is stopped first', async () => {
  const stopped: string[] = []
  await stopInOrder(partsThatNote(stopped), logger)
  expect(stopped).toEqual(['api', 'node', 'postgres'])
})

test('a part that fails to stop does not keep the others running, and is told of', async () => {
  const stopped: string[] = []
  await expect(stopInOrder(partsThatNote(stopped, 'node'), logger)).rejects.toMatchObject({
    errors: [{ message: 'node hangs' }],
  })
  expect(stopped).toEqual(['api', 'postgres'])
})
