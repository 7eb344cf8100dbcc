import type { Attempt, Sender } from './attempt.ts'
import type { Recording } from './recording.ts'

/**
 * Writes until it is told to stop or the node is gone. In its next life it first sends again, with
 * the same ids, what it does not know of.
 */
export type Writer = (sender: Sender, isStopped: () => boolean) => Promise<void>

/** One append after the other, each at the revision that the one before has left. */
export function sequentialWriter(recording: Recording, name: string): Writer {
  const { random } = recording
  let generation = 0
  let last: Attempt | undefined
  return async (sender, isStopped) => {
    if (last !== undefined && !(await recording.send(last, sender))) return
    while (!isStopped()) {
      const isAgain = last !== undefined && random(20) === 0
      last = isAgain ? last : recording.plan({ stream: nextStream(), expected: nextExpected() })
      if (last === undefined || !(await recording.send(last, sender))) return
    }
  }

  function nextStream(): string {
    const isNew = random(50) === 0 || last?.outcome.kind === 'refused'
    if (isNew) generation += 1
    return `${name}-${generation}`
  }

  function nextExpected(): number {
    return recording.lastRevision(`${name}-${generation}`)
  }
}

/** Several appends on the way at a time, to a stream that others append to as well. */
export function pipelinedWriter(recording: Recording, name: string, stream: string): Writer {
  const inFlight = 12
  let life = 0
  let unknown: Attempt[] = []
  return async (sender, isStopped) => {
    for (const attempt of unknown) if (!(await recording.send(attempt, sender))) return
    life += 1
    const pipeline = `${name}-${life}`
    const sent: Attempt[] = []
    const lane = async (): Promise<void> => {
      while (!isStopped()) {
        const attempt = recording.plan({ stream, expected: 'any', pipeline })
        sent.push(attempt)
        if (!(await recording.send(attempt, sender))) return
      }
    }
    await Promise.all(Array.from({ length: inFlight }, lane))
    unknown = sent.filter(({ outcome }) => outcome.kind === 'unknown')
  }
}

/** Wants the same revision of a stream as others do: one of them gets it. */
export function contestingWriter(recording: Recording, stream: string): Writer {
  let last: Attempt | undefined
  return async (sender, isStopped) => {
    if (last?.outcome.kind === 'unknown' && !(await recording.send(last, sender))) return
    while (!isStopped()) {
      const expected = recording.lastRevision(stream)
      last = recording.plan({ stream, expected, isContested: true })
      if (!(await recording.send(last, sender))) return
    }
  }
}
