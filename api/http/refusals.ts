import type { Refusal } from './refuse.ts'

/** What is refused before GraphQL sees it. */

export const unauthenticated: Refusal = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'An access token is needed: Authorization: Bearer <token>',
  headers: { 'www-authenticate': 'Bearer realm="countroom"' },
}

export const notFound: Refusal = {
  status: 404,
  code: 'BAD_USER_INPUT',
  message: 'There is nothing here; the API is at /graphql',
}

export const onlyPost: Refusal = {
  status: 405,
  code: 'BAD_USER_INPUT',
  message: 'The API takes POST requests only',
  headers: { allow: 'POST' },
}

export const onlyJson: Refusal = {
  status: 415,
  code: 'BAD_USER_INPUT',
  message: 'The body must be application/json in UTF-8, not compressed',
}

/** @param bytesMax what a body may have */
export function bodyTooLarge(bytesMax: number): Refusal {
  const rule = `must be at most ${bytesMax} bytes long`
  return {
    status: 413,
    code: 'BAD_USER_INPUT',
    message: `The body ${rule}`,
    fields: [{ path: 'body', rule, received: 'body that is longer' }],
  }
}
