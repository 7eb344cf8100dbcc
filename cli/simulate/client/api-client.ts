import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import type { Answer, Party, Request } from '../requests.ts'
import { Failed, NotNow, readAnswer, readData, UnreadableAnswer } from './answers.ts'
import { inputOf, mutationOf } from './documents.ts'
import { openConnections } from './http.ts'

/** Something to be found wrong with a request: a token, or variables that stand in for its own. */
export interface Spoiling {
  readonly token?: string
  readonly input?: Readonly<Record<string, unknown>>
}

/** The one whose request it is, for the time it takes. */
export interface Sending {
  readonly spoiling?: Spoiling
  /** It was sent and not answered; it will be sent again. */
  readonly attemptLost: () => void
  readonly failed: OnFailed
}

/** Called for each time the API answers with an error that it must not give; it is asked again. */
export type OnFailed = (code: string) => void

/** Calls the API as a real provider does: until there is a definite answer. */
export interface ApiClient {
  /** @throws GivenUp, UnreadableAnswer */
  send(request: Request, sending: Sending): Promise<Answer>
  /** @throws GivenUp, UnreadableAnswer */
  query<Schema extends z.ZodType>(
    as: Party,
    document: string,
    variables: Readonly<Record<string, unknown>>,
    schema: Schema,
    failed: OnFailed,
  ): Promise<z.output<Schema>>
  readonly figures: ClientFigures
  close(): void
}

export interface ClientFigures {
  /** From the first time a command is sent to its definite answer, in microseconds. */
  readonly latencyUs: RecordableHistogram
  /** Times a request was sent again for want of a definite answer, by the reason. */
  readonly retries: Map<string, number>
}

export interface ApiClientOptions {
  readonly url: string
  readonly tokenOf: (party: Party) => string
  readonly connectionsMax: number
  /** How long one attempt may take. */
  readonly attemptTimeoutMs: number
  /** How long a request is sent again and again. */
  readonly giveUpAfterMs: number
  /** Ends all waiting. */
  readonly signal: AbortSignal
}

/** There was no definite answer in all that time. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp'
}

const FIRST_PAUSE_MS = 50
const PAUSE_MS_MAX = 1_000

export function createApiClient(options: ApiClientOptions): ApiClient {
  const { url, connectionsMax, attemptTimeoutMs, tokenOf } = options
  const connections = openConnections(url, connectionsMax, attemptTimeoutMs)
  const figures = { latencyUs: createHistogram(), retries: new Map<string, number>() }
  const retrying = { ...options, figures }
  return {
    figures,
    close: () => {
      connections.close()
    },

    async send(request, { spoiling, attemptLost, failed }) {
      const input = spoiling?.input ?? inputOf(request)
      const body = JSON.stringify({ query: mutationOf(request.kind), variables: { input } })
      const token = spoiling?.token ?? tokenOf(request.as)
      const startedAtMs = performance.now()
      const answer = await untilAnswered(retrying, { attemptLost, failed }, async () =>
        readAnswer(await connections.post(body, token), request.transactionId),
      )
      const latencyUs = Math.round((performance.now() - startedAtMs) * 1_000)
      figures.latencyUs.record(Math.max(1, latencyUs))
      return answer
    },

    query(as, document, variables, schema, failed) {
      const body = JSON.stringify({ query: document, variables })
      return untilAnswered(retrying, { attemptLost: ignore, failed }, async () =>
        readData(await connections.post(body, tokenOf(as)), schema),
      )
    },
  }
}

async function untilAnswered<Answered>(
  { giveUpAfterMs, signal, figures }: ApiClientOptions & { readonly figures: ClientFigures },
  { attemptLost, failed }: Pick<Sending, 'attemptLost' | 'failed'>,
  attempt: () => Promise<Answered>,
): Promise<Answered> {
  const untilMs = performance.now() + giveUpAfterMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)) {
    signal.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof UnreadableAnswer) throw error
      attemptLost()
      if (error instanceof Failed) failed(error.code)
      const reason = reasonOf(error)
      figures.retries.set(reason, (figures.retries.get(reason) ?? 0) + 1)
      if (performance.now() > untilMs) {
        throw new GivenUp(`no definite answer in ${giveUpAfterMs} ms: ${reason}`, { cause: error })
      }
      await sleep(pauseMs, undefined, { signal })
    }
  }
}

/** A query that is asked again has no effect to worry about. */
function ignore(): void {
  return
}

function reasonOf(error: unknown): string {
  if (error instanceof NotNow || error instanceof Failed) return error.code
  if (!(error instanceof Error)) return 'UNKNOWN'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.name
}
