import { setFlagsFromString } from 'node:v8'
import { unrolledLength } from './unrolled-length.ts'

/** The longest expression, its counts written out: `a{16}` has 16 characters. */
export const EXPRESSION_LENGTH_MAX = 256
const SUBJECT_LENGTH_MAX = 1_024
/** The time of a match grows with both lengths; this product takes 10 ms at the very worst. */
const LENGTHS_PRODUCT_MAX = 131_072

/** V8 has a second engine, which never backtracks: its time grows with the text alone. */
setFlagsFromString('--enable-experimental-regexp-engine')
const LINEAR = 'l'

const LEADING_OPTIONS = /^\(\?([ims]+)\)/
/** Escapes and group names, classes, letters: what a letter in an expression can belong to. */
const PARTS =
  /\\u[\da-f]{4}|\\x[\da-f]{2}|\\c[a-z]|\\.|\(\?<\w+>|\[(\^?)((?:\\.|[^\]\\])*)\]|(\p{L})/gisu
/** The same within a class, where letters also are the ends of ranges. */
const CLASS_PARTS =
  /\\u[\da-f]{4}|\\x[\da-f]{2}|\\c[a-z]|\\.|([a-z]-[a-z]|[A-Z]-[A-Z])|.-[^\]]|(\p{L})/gsu

/**
 * Makes the test for a regular expression that anybody may have sent: it runs in time linear in the
 * text, whatever the expression, so that none can hold the event loop. What no automaton can do
 * (references back, looking around, counting beyond 16) is refused with a `SyntaxError`, and so is
 * what is too long. An expression of up to 128 characters looks at the first 1,024 of a text, the
 * longest at 512. Leading options as in .NET are understood: `(?i)`, `(?m)`, `(?s)`.
 */
export function linearExpression(text: string): (subject: string) => boolean {
  const options = LEADING_OPTIONS.exec(text)
  const flags = options?.[1] ?? ''
  const pattern = text.slice(options?.[0].length ?? 0)
  const length = unrolledLength(pattern)
  if (length > EXPRESSION_LENGTH_MAX) throw new SyntaxError('the expression is too long')
  const otherFlags = [...new Set(flags)].filter((flag) => flag !== 'i').join('')
  const source = flags.includes('i') ? inEitherCase(pattern) : pattern
  const expression = new RegExp(source, LINEAR + otherFlags)
  const subjectMax = Math.min(SUBJECT_LENGTH_MAX, Math.floor(LENGTHS_PRODUCT_MAX / length))
  return (subject) => expression.test(subject.slice(0, subjectMax))
}

/** The linear engine knows no ignoring of case, so every letter becomes a class of its two cases. */
function inEitherCase(pattern: string): string {
  return pattern.replace(PARTS, (part, negation?: string, items?: string, letter?: string) => {
    if (letter !== undefined) return `[${letter}${otherCase(letter)}]`
    if (items === undefined) return part
    return `[${negation ?? ''}${otherCaseOfItems(items)}${items.replace(/^-/, '\\-')}]`
  })
}

function otherCaseOfItems(items: string): string {
  return Array.from(items.matchAll(CLASS_PARTS), ([, range, letter]) =>
    range === undefined ? otherCase(letter ?? '') : otherCase(range),
  ).join('')
}

function otherCase(text: string): string {
  return Array.from(text, (letter) => {
    const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
    return other.length === letter.length ? other : letter
  }).join('')
}
