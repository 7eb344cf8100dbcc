import { inspect } from 'node:util'

/** What a worker can do: functions of one argument at most, whose values can be sent to a process. */
export type Tasks = Readonly<Record<string, (argument: never) => Promise<unknown>>>

export interface TaskRequest {
  readonly id: number
  readonly task: string
  readonly argument: unknown
}

export type TaskReply =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string }

/** Serves tasks to the process that started this one, and ends with it; a task `close` runs before. */
export function serveTasks(tasks: Tasks): void {
  process.on('message', (request: TaskRequest) => {
    void run(tasks, request).then((reply) => process.send?.(reply))
  })
  process.on('disconnect', () => {
    void run(tasks, { id: 0, task: 'close', argument: undefined }).then(() => process.exit())
  })
}

async function run(tasks: Tasks, { id, task, argument }: TaskRequest): Promise<TaskReply> {
  try {
    const found = tasks[task]
    if (found === undefined) throw new Error(`no such task: ${task}`)
    return { id, value: await found(argument as never) }
  } catch (error) {
    return { id, error: inspect(error) } // with its causes
  }
}
