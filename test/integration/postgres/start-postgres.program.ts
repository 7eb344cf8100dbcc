// Starts a Postgres on the folder given, says where it is, and waits to be killed.
import { argv } from 'node:process'
import { pino } from 'pino'
import { startEmbeddedPostgres } from '../../../infrastructure/postgres/index.ts'

const [, , dataFolder = ''] = argv
const { pid, url } = await startEmbeddedPostgres({ dataFolder, logger: pino({ level: 'silent' }) })
process.stdout.write(`ready ${JSON.stringify({ pid, url })}\n`)
