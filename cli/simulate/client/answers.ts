import { z } from 'zod'
import { decimals, minorOf } from '../auditor/money.ts'
import { type Answer, type Balance, invalidCodes } from '../requests.ts'

/** Reads what the API writes. */

/** Money, checked for saying the same in units and in minor units. */
export const moneyAnswered = z
  .object({ amount: z.string(), amountMinor: z.string().regex(/^-?\d+$/), currency: z.string() })
  .transform(({ amount, amountMinor, currency }, context) => {
    const minor = BigInt(amountMinor)
    const places = decimals(currency)
    const isWhole = (amount.split('.')[1] ?? '').length === places
    const unsigned = { amount: amount.replace(/^-/, ''), currency }
    const size = amount.startsWith('-') ? -minorOf(unsigned) : minorOf(unsigned)
    if (size !== minor || !isWhole) {
      context.addIssue(`${amount} ${currency} is not ${amountMinor} with ${places} decimals`)
    }
    return minor
  })

export const balanceAnswered = z
  .object({ cash: moneyAnswered, held: moneyAnswered })
  .transform(({ cash, held }): Balance => ({ cash, held }))

const acceptance = z.object({
  playerId: z.string(),
  transactionId: z.string(),
  replayed: z.boolean(),
  position: z.string().transform(BigInt),
  balance: balanceAnswered,
  createdId: z.string().optional(),
  result: z.enum(['ROLLED_BACK', 'ALREADY_ROLLED_BACK', 'TOMBSTONED']).optional(),
})
const refusal = z.object({ code: z.string(), balance: balanceAnswered.nullable() })
const body = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }) }))
    .min(1)
    .optional(),
})
const invalidCode = z.enum(invalidCodes)
const notNowCodes: ReadonlySet<string> = new Set(['RATE_LIMITED', 'TRY_AGAIN'])

/** The API could not answer now: the same request may be sent again. */
export class NotNow extends Error {
  override readonly name = 'NotNow'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** The API failed, or says why in a code that it does not have; the request may have had its effect. */
export class Failed extends Error {
  override readonly name = 'Failed'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** The API answered something that it must never answer. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'
}

/**
 * The answer to a mutation.
 * @throws NotNow, Failed, UnreadableAnswer
 */
export function readAnswer(text: string, transactionId: string): Answer {
  const { data, errors } = readBody(text)
  const [error] = errors ?? []
  if (error !== undefined) {
    const invalid = invalidCode.safeParse(error.extensions.code)
    if (invalid.success) return { kind: 'invalid', code: invalid.data }
    throw withoutAnswer(error.extensions.code, error.message)
  }
  const answered = data?.['answer']
  const refused = refusal.safeParse(answered)
  if (refused.success) {
    const { code, balance } = refused.data
    return { kind: 'refused', code, ...(balance !== null && { balance }) }
  }
  const accepted = readAs(acceptance, answered)
  if (accepted.transactionId !== transactionId) {
    throw new UnreadableAnswer(`${accepted.transactionId} is answered, ${transactionId} was asked`)
  }
  const { playerId, replayed, position, balance, createdId, result } = accepted
  return {
    kind: 'accepted',
    playerId,
    replayed,
    position,
    balance,
    ...(createdId !== undefined && { createdId }),
    ...(result !== undefined && { result }),
  }
}

/**
 * The data a query was answered with.
 * @throws NotNow, Failed, UnreadableAnswer
 */
export function readData<Schema extends z.ZodType>(text: string, schema: Schema) {
  const { data, errors } = readBody(text)
  const [error] = errors ?? []
  if (error === undefined) return readAs(schema, data)
  if (!invalidCode.safeParse(error.extensions.code).success) {
    throw withoutAnswer(error.extensions.code, error.message)
  }
  throw new UnreadableAnswer(`${error.extensions.code}: ${error.message}`)
}

function withoutAnswer(code: string, message: string): NotNow | Failed {
  return notNowCodes.has(code) ? new NotNow(code, message) : new Failed(code, message)
}

function readBody(text: string): z.output<typeof body> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new UnreadableAnswer(`no JSON: ${text.slice(0, 200)}`, { cause })
  }
  return readAs(body, json)
}

function readAs<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const shown = JSON.stringify(json)
  throw new UnreadableAnswer(`${z.prettifyError(parsed.error)} in ${shown.slice(0, 500)}`)
}
