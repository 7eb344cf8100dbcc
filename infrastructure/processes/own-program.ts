import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Command } from './child-process.ts'

/**
 * The command that runs a program of this repository as a process of its own: compiled, by node
 * alone; from source, through tsx. The flags of this process (an inspector's port, a test runner's
 * loader) are not handed down, as the other program has no use for them.
 *
 * @param path to the program without its extension, which is that of the file at `fromUrl`
 * @param fromUrl `import.meta.url` of the file the path is relative to
 */
export function ownProgram(path: string, fromUrl: string, args: readonly string[]): Command {
  const isSource = fromUrl.endsWith('.ts')
  const program = fileURLToPath(new URL(`${path}${isSource ? '.ts' : '.js'}`, fromUrl))
  return {
    program: process.execPath,
    args: [...(isSource ? ['--import', tsxLoader()] : []), program, ...args],
    env: process.env,
  }
}

function tsxLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
}
