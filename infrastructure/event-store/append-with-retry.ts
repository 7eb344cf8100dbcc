import { ANY, NO_STREAM, STREAM_EXISTS, type AppendExpectedRevision } from '@eventstore/db-client'
import type { AppendGate, Pass } from './append-gate.ts'
import { backoffMs, pause } from './backoff.ts'
import type { Connection } from './connection.ts'
import { appendFailure, reasonOf, type AppendFailure } from './errors.ts'
import type { GuardedClient } from './guarded-client.ts'
import type { EventStoreLog } from './log.ts'
import { AppendAbandoned, AppendRefused, type AppendResult, type ExpectedRevision } from './port.ts'
import type { ProposedEvents } from './proposed-events.ts'
import { unlessAborted, within } from './waiting.ts'

export interface Appending {
  readonly connection: Connection
  readonly gate: AppendGate
  readonly log: EventStoreLog
  /** How long one attempt may take before it counts as lost. */
  readonly attemptTimeoutMs: number
  /** The position of a stored event, for a server that leaves it out of its answer. */
  readonly positionOf: (stream: string, revision: bigint) => Promise<bigint>
}

interface Append {
  readonly stream: string
  readonly proposed: ProposedEvents
  readonly expectedRevision: ExpectedRevision
}

interface Stored {
  readonly kind: 'stored'
  readonly revision: bigint
  readonly position: bigint
}

type Outcome = AppendFailure | Stored

/**
 * Sends an append until its outcome is known. Event ids and expected revision stay the same, so
 * that the server recognises an attempt whose predecessor it has already stored.
 *
 * @throws AppendRefused, AppendAbandoned as the port says
 */
export async function appendWithRetry(
  appending: Appending,
  append: Append,
  signal: AbortSignal,
): Promise<AppendResult> {
  let mayBeStored = false
  for (let failures = 1; ; failures += 1) {
    const outcome = await attempt(appending, append, signal)
    switch (outcome.kind) {
      case 'stored':
        return { status: 'appended', revision: outcome.revision, position: outcome.position }
      case 'wrong-expected-revision':
        return outcome.actual === undefined
          ? { status: 'wrong-expected-revision' }
          : { status: 'wrong-expected-revision', actual: outcome.actual }
      case 'refused':
        if (!mayBeStored) throw new AppendRefused(`the event store refused: ${outcome.reason}`)
        throw abandoned(append.stream, outcome.reason)
      case 'hopeless':
        throw abandoned(append.stream, outcome.reason)
      case 'undecided':
      case 'lost':
        mayBeStored = true
        appending.log.warn(
          { stream: append.stream, failures, reason: outcome.reason },
          'the outcome of an append is unknown, it is sent again',
        )
        // After a loss it is the gate that makes everybody wait.
        if (outcome.kind === 'undecided') await pause(backoffMs(failures), signal)
    }
  }
}

/** One attempt, when the gate lets it pass. Only the waiting ends with the signal, not the attempt. */
async function attempt(
  appending: Appending,
  append: Append,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const pass = await appending.gate.enter(append.proposed.bytes, signal)
    return await unlessAborted(send(appending, append, pass), signal)
  } catch (error) {
    if (signal.aborted) throw abandoned(append.stream, reasonOf(signal.reason))
    throw error
  }
}

async function send(appending: Appending, append: Append, pass: Pass): Promise<Outcome> {
  const { connection, gate, attemptTimeoutMs } = appending
  const client = connection.current()
  try {
    const stored = await within(attemptTimeoutMs, appendOnce(client, appending, append))
    gate.leave(pass)
    return stored
  } catch (error) {
    const failure = appendFailure(error)
    if (failure.kind === 'lost') {
      gate.lost(pass)
      // With the client goes all that it still holds of its appends, a hung connection included.
      connection.replaceAndCancel(client)
    } else {
      gate.leave(pass)
    }
    return failure
  }
}

async function appendOnce(
  client: GuardedClient,
  { attemptTimeoutMs, positionOf }: Appending,
  { stream, proposed, expectedRevision }: Append,
): Promise<Stored> {
  const answer = await client.api.appendToStream(stream, proposed.events, {
    expectedRevision: expectation(expectedRevision),
    deadline: attemptTimeoutMs,
  })
  const revision = answer.nextExpectedRevision
  const position = answer.position?.commit ?? (await positionOf(stream, revision))
  return { kind: 'stored', revision, position }
}

function expectation(expected: ExpectedRevision): AppendExpectedRevision {
  switch (expected) {
    case 'any':
      return ANY
    case 'no-stream':
      return NO_STREAM
    case 'stream-exists':
      return STREAM_EXISTS
    default:
      return expected
  }
}

function abandoned(stream: string, reason: string): AppendAbandoned {
  return new AppendAbandoned(`append to ${stream} given up, it may be stored: ${reason}`)
}
