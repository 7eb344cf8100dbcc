import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { printSchema } from '../../../api/index.ts'

test('schema.graphql is the printed schema', () => {
  const checkedIn = readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8')

  expect(checkedIn).toBe(printSchema())
})
