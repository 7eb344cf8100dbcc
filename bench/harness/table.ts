/** A table for people; the first column holds names, the others figures. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** Figures right, names left, thousands apart. */
export function renderTable({ title, columns, rows }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map(show))
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => width(row[column]))))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column))
      .join('  ')
      .trimEnd(),
  )
  return [title, ...lines.map((line) => `  ${line}`)].join('\n')
}

function show(cell: string | number): string {
  return typeof cell === 'number'
    ? cell.toLocaleString('en', { maximumSignificantDigits: 4 })
    : cell
}

function width(cell: string | undefined): number {
  return cell?.length ?? 0
}

function pad(cell: string, to: number, column: number): string {
  return column === 0 ? cell.padEnd(to) : cell.padStart(to)
}
