import { expect, test } from 'vitest'
import { shownUrl } from '../../../cli/say.ts'

test.each([
  ['postgres://countroom:S3cret@127.0.0.1:5432/countroom', 'postgres://127.0.0.1:5432/countroom'],
  ['postgres://db/countroom?user=me&password=S3cret', 'postgres://db/countroom'],
  ['esdb://admin:S3cret@node:2113?tls=true', 'esdb://node:2113'],
  ['esdb://admin:S3cret@a:2113,b:2113?tls=true', '(as configured)'],
  ['S3cret', '(as configured)'],
])('%s is shown without user, password and options', (url, shown) => {
  expect(shownUrl(url)).toBe(shown)
})
