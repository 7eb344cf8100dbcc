import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Part, type ProcessLogger, stopInOrder } from '../../infrastructure/processes/index.ts'

/** What a bench has started, to be stopped in the end, whatever the end is. */
export class Parts {
  readonly logger: ProcessLogger
  readonly #started: Part[] = []
  readonly #starting = new Set<Promise<unknown>>()
  #stopping: Promise<void> | undefined

  constructor(logger: ProcessLogger) {
    this.logger = logger
  }

  /**
   * Starts something and remembers how to stop it.
   *
   * @throws what `start` throws, and Error when everything is being stopped
   */
  async start<Value>(
    name: string,
    start: () => Promise<Value>,
    stop: (value: Value) => Promise<unknown>,
  ): Promise<Value> {
    if (this.#stopping) throw new Error(`${name} is not started: the bench is stopping`)
    const starting = start().then((value) => {
      this.#started.push({
        name,
        stop: async () => {
          await stop(value)
        },
      })
      return value
    })
    this.#starting.add(starting)
    try {
      return await starting
    } finally {
      this.#starting.delete(starting)
    }
  }

  /** A temporary folder, removed when what was started after it has been stopped. */
  async folder(name: string): Promise<string> {
    return this.start(
      `folder ${name}`,
      () => mkdtemp(join(tmpdir(), `countroom-bench-${name}-`)),
      (path) => rm(path, { recursive: true, force: true, maxRetries: 5 }),
    )
  }

  /** Stops everything, the last started first, also what is only being started. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  async #stopAll(): Promise<void> {
    await Promise.allSettled(this.#starting)
    await stopInOrder(this.#started, this.logger)
  }
}
