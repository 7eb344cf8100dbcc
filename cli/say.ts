import { readFileSync } from 'node:fs'
import type { TokenFiles } from './access-tokens.ts'
import type { Stack } from './stack.ts'

/** What `countroom start` has brought up. */
export interface ReadyReport {
  readonly url: string
  readonly dataFolder: string
  /** Absent when the tokens are those of the configuration. */
  readonly files?: TokenFiles | undefined
  readonly ownServers: { readonly eventStore: boolean; readonly database: boolean }
  readonly stack: Stack
}

/** How a command tells what it does. */
export interface Say {
  step(text: string): void
  ready(report: ReadyReport): void
}

/** Sentences for people, on stdout. */
export const inWords: Say = {
  step(text) {
    process.stdout.write(`${text}\n`)
  },
  ready({ url, dataFolder, files, ownServers, stack }) {
    const lines = [
      '',
      'countroom is ready.',
      `  GraphQL      ${url}`,
      `  Event store  ${shownEventStore({ ownServers, stack })}${ownServers.eventStore ? ' (embedded)' : ''}`,
      `  Postgres     ${shownUrl(stack.databaseUrl)}${ownServers.database ? ' (embedded)' : ''}`,
      `  Data         ${dataFolder}`,
    ]
    if (files !== undefined) lines.push(`  Tokens       ${files.environment}`)
    if (files?.areNew === true) {
      const tokens = readFileSync(files.environment, 'utf8').trimEnd()
      lines.push('', 'Access tokens, made for this first start:')
      lines.push(tokens.replaceAll(/^export /gm, '  '))
    }
    lines.push('', 'Ctrl-C stops everything.')
    process.stdout.write(`${lines.join('\n')}\n`)
  },
}

/** One JSON object on stdout when all is ready; no secret in it. */
export const inJson: Say = {
  step: () => undefined,
  ready({ url, dataFolder, ownServers, stack }) {
    const eventStoreUrl = shownEventStore({ ownServers, stack })
    const databaseUrl = shownUrl(stack.databaseUrl)
    process.stdout.write(
      `${JSON.stringify({ ready: true, url, eventStoreUrl, databaseUrl, dataFolder })}\n`,
    )
  },
}

/** Our own event store has no password, and clients need its options. */
function shownEventStore({ ownServers, stack }: Pick<ReadyReport, 'ownServers' | 'stack'>): string {
  return ownServers.eventStore ? stack.eventStoreUrl : shownUrl(stack.eventStoreUrl)
}

/** An address as it may be shown: user, password and options, which may hold one, are left out. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return '(as configured)'
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
