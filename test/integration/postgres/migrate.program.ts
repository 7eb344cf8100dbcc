// Migrates the database given, the way a process of the product does when it starts.
import { argv } from 'node:process'
import { pino } from 'pino'
import { migrate } from '../../../infrastructure/postgres/index.ts'
import { slowMigrations } from './slow-migrations.ts'

const [, , url = ''] = argv
const logger = pino({ level: 'silent' })
const names = await migrate({ url, migrations: slowMigrations, logger })
process.stdout.write(`ready ${names.join(' ')}\n`)
setInterval(() => undefined, 60_000)
