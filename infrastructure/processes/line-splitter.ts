import { StringDecoder } from 'node:string_decoder'

/**
 * Cuts a stream of bytes into lines. A line longer than `lineLengthMax` characters is passed on in
 * pieces, so that a process that never ends its line cannot fill the memory of the one that listens.
 */
export function lineSplitter(
  onLine: (line: string) => void,
  lineLengthMax = 16_384,
): { write: (chunk: Buffer) => void; end: () => void } {
  const decoder = new StringDecoder('utf8')
  let rest = ''

  return {
    write(chunk) {
      const lines = (rest + decoder.write(chunk)).split(/\r?\n/)
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') onLine(line)
      if (rest.length > lineLengthMax) {
        onLine(rest)
        rest = ''
      }
    },
    end() {
      rest += decoder.end()
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
