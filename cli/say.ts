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
      `  Event store  ${shownUrl(stack.eventStoreUrl)}${ownServers.eventStore ? ' (embedded)' : ''}`,
      `  Postgres     ${shownUrl(stack.databaseUrl)}${ownServers.database ? ' (embedded)' : ''}`,
      `  Data         ${dataFolder}`,
    ]
    if (files !== undefined) {
      lines.push('', `Access tokens, kept in ${files.environment}:`)
      lines.push(
        readFileSync(files.environment, 'utf8')
          .trimEnd()
          .replaceAll(/^export /gm, '  '),
      )
    }
    lines.push('', 'Ctrl-C stops everything.')
    process.stdout.write(`${lines.join('\n')}\n`)
  },
}

/** One JSON object on stdout when all is ready; no secret in it. */
export const inJson: Say = {
  step: () => undefined,
  ready({ url, dataFolder, stack }) {
    const eventStoreUrl = shownUrl(stack.eventStoreUrl)
    const databaseUrl = shownUrl(stack.databaseUrl)
    process.stdout.write(
      `${JSON.stringify({ ready: true, url, eventStoreUrl, databaseUrl, dataFolder })}\n`,
    )
  },
}

/** An address as it may be shown: user, password and options, which may hold one, are left out. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return '(as configured)'
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
