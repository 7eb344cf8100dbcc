/** What a progress line says. */
export interface Progress {
  readonly phase: string
  readonly roundsDone: number
  readonly rounds: number
  readonly answers: number
  readonly violations: number
  readonly kills: number
}

/** Such as stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface ProgressLine {
  end(): void
}

const TTY_EVERY_MS = 200
const LINE_EVERY_MS = 5_000

/** Shows how far the day has come: in place on a terminal, else a line every few seconds. */
export function showProgress(
  stream: ProgressStream,
  nowMs: () => number,
  progress: () => Progress,
): ProgressLine {
  const startedAtMs = nowMs()
  const isTerminal = stream.isTTY === true
  const write = () => {
    const line = inWords(progress(), (nowMs() - startedAtMs) / 1_000)
    stream.write(isTerminal ? `\r\u001B[2K${line}` : `${line}\n`)
  }
  const timer = setInterval(write, isTerminal ? TTY_EVERY_MS : LINE_EVERY_MS)
  return {
    end() {
      clearInterval(timer)
      write()
      if (isTerminal) stream.write('\n')
    },
  }
}

function inWords(progress: Progress, seconds: number): string {
  const { phase, roundsDone, rounds, answers, violations, kills } = progress
  return (
    `${seconds.toFixed(1)} s  ${phase}: ${roundsDone} of ${rounds} rounds, ${answers} answers, ` +
    `${kills} kills, ${violations} violations`
  )
}
