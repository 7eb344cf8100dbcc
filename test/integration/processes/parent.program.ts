// Starts a process, says its pid, and waits to be killed.
import { pino } from 'pino'
import { startChildProcess } from '../../../infrastructure/processes/index.ts'
import { idleScript } from './idle-script.ts'

const child = await startChildProcess({
  name: 'child',
  command: { program: process.execPath, args: ['-e', idleScript], env: process.env },
  logger: pino({ level: 'silent' }),
  readyWhen: (line) => (line.startsWith('ready') ? true : undefined),
  readyTimeoutMs: 10_000,
  stopSignal: 'SIGTERM',
  stopTimeoutMs: 10_000,
})
process.stdout.write(`ready ${child.pid}\n`)
