import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

/** One row of docs/event-store-node.md. */
interface Row {
  readonly section: string
  readonly behaviour: string
  readonly file: string
  readonly title: string
  readonly through: string
}

const ROOT = new URL('../../../', import.meta.url)
const TEST_CELL = /^`(?<file>[^`]+)` › (?<title>.+)$/
const QUOTES = [`'`, '"', '`']

const rows = rowsOf(await text('docs/event-store-node.md'))

function text(path: string): Promise<string> {
  return readFile(new URL(path, ROOT), 'utf8')
}

/** The rows of all tables, without their heads. */
function rowsOf(document: string): Row[] {
  let section = ''
  return document.split('\n').flatMap((line) => {
    if (line.startsWith('## ')) section = line.slice('## '.length)
    return isRow(line) ? [rowOf(section, line)] : []
  })
}

function isRow(line: string): boolean {
  return line.startsWith('|') && !/^\| (behaviour |-+ )/.test(line)
}

/** A bar within a cell is written `\|`. */
function rowOf(section: string, line: string): Row {
  const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'))
  const [, behaviour = '', test = '', through = ''] = cells
  const { file = '', title = '' } = TEST_CELL.exec(test)?.groups ?? {}
  if (cells.length !== 5) throw new Error(`a row has three cells: ${line}`)
  return { section, behaviour, file, title, through }
}

/** The titles of a file are string literals, so the row's must be one, whole. */
function holdsTitle(source: string, title: string): boolean {
  return QUOTES.some((quote) => {
    const escaped = title.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)
    return source.includes(quote + escaped + quote)
  })
}

describe('the table of behaviours', () => {
  it('says of each behaviour what shows it and through which client', () => {
    expect(rows.length).toBeGreaterThan(0)
    const unclear = rows.filter((row) => Object.values(row).includes(''))
    expect(unclear).toEqual([])
  })

  it('names tests that are there', async () => {
    const missing: string[] = []
    for (const { file, title } of rows) {
      const source = await text(file).catch(() => '')
      if (!holdsTitle(source, title)) missing.push(`${file} › ${title}`)
    }
    expect(missing).toEqual([])
  })

  it('names a behaviour once', () => {
    const behaviours = rows.map(({ section, behaviour }) => `${section}: ${behaviour}`)
    expect(behaviours).toEqual([...new Set(behaviours)])
  })
})
