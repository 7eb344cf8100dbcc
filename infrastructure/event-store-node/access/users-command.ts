import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { UsageError } from '../options/index.ts'
import { usersFileIn } from './open-access.ts'
import { flawOfPassword } from './basic-credentials.ts'
import { hashPassword } from './password-hash.ts'
import { changeUsers, groupName, readUsers, type User, userName } from './users-file.ts'

export const USERS_USAGE = `Usage: event-store-node users <what> [name] [options]

  users set <name> --group '$ops'   add a user, or change the password and the groups of one; the
                                    password is read from standard input. Without --group a user
                                    keeps the groups it has.
  users enable <name>               let a user in again
  users disable <name>              let a user in no more
  users remove <name>
  users list

  --group <group>                   $admins, $ops or one of your own; may be repeated
  --users-file <file>               EVENTSTORE_USERS_FILE
  --db <folder>                     EVENTSTORE_DB: the file users.json in it
`

interface UsersArguments {
  readonly what: string
  readonly name: string
  readonly groups: readonly string[]
  readonly path: string
}

/** A terminal, or what is piped in. */
type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean }
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Looks at or changes the users file; a node that runs takes a change over within a second. Gives
 * what to print. Throws `UsageError`, or `UsersFileError` when the file cannot be used.
 */
export async function runUsersCommand(
  args: readonly string[],
  environment: Environment,
  input: Input,
): Promise<string> {
  if (args.includes('--help')) return USERS_USAGE
  const { what, name, groups, path } = parse(args, environment)
  switch (what) {
    case 'list':
      return readUsers(path).map(describeUser).join('')
    case 'set': {
      const password = await hashPassword(await readPassword(input))
      return changeUser(path, name, (known) => ({
        name,
        groups: groups.length > 0 ? [...groups] : (known?.groups ?? []),
        disabled: known?.disabled ?? false,
        password,
      }))
    }
    case 'enable':
    case 'disable':
      return changeUser(path, name, (known) => ({
        ...existing(known, name),
        disabled: what === 'disable',
      }))
    case 'remove':
      return changeUser(path, name, (known) => {
        existing(known, name)
        return undefined
      })
    default:
      throw new UsageError(`'users ${what}' is not known, see users --help`)
  }
}

/** Changes one user, adds it, or takes it away; gives what to print. */
function changeUser(
  path: string,
  name: string,
  change: (known: User | undefined) => User | undefined,
): string {
  let text = ''
  changeUsers(path, (users) => {
    const known = users.find((user) => user.name === name)
    const user = change(known)
    const others = users.filter((other) => other !== known)
    if (user === undefined) return others
    text = describeUser(user)
    return [...others, user]
  })
  return text
}

function parse(args: readonly string[], environment: Environment): UsersArguments {
  const { positionals, values } = parseOrRefuse(args)
  const [what = '', name = '', ...rest] = positionals
  if (rest.length > 0) throw new UsageError(`'${rest.join(' ')}' is too much`)
  if (what !== 'list') demand(userName.safeParse(name), '<name>')
  const groups = values.group ?? []
  for (const group of groups) demand(groupName.safeParse(group), '--group')
  const db = values.db ?? environment['EVENTSTORE_DB']
  const file = values['users-file'] ?? environment['EVENTSTORE_USERS_FILE']
  const path = file ?? (db === undefined ? undefined : usersFileIn(db))
  if (path === undefined) throw new UsageError('--users-file is required (or --db)')
  return { what, name, groups, path }
}

function parseOrRefuse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        group: { type: 'string', multiple: true },
        'users-file': { type: 'string' },
        db: { type: 'string' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function demand(
  result: { success: boolean; error?: { issues: { message: string }[] } },
  label: string,
) {
  if (!result.success) throw new UsageError(`${label}: ${result.error?.issues[0]?.message}`)
}

function existing(user: User | undefined, name: string): User {
  if (user === undefined) throw new UsageError(`there is no user '${name}'`)
  return user
}

/** The first line of the input; what is typed at a terminal is not shown. */
async function readPassword(input: Input): Promise<string> {
  const hidden = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  if (input.isTTY === true) process.stderr.write('Password: ')
  const lines = createInterface({ input, output: hidden, terminal: input.isTTY === true })
  for await (const password of lines) {
    lines.close()
    return fit(password)
  }
  return fit('')
}

function fit(password: string): string {
  const flaw = flawOfPassword(password)
  if (flaw !== undefined) throw new UsageError(flaw)
  return password
}

function describeUser({ name, groups, disabled }: User): string {
  return `${[name, ...groups, ...(disabled ? ['(disabled)'] : [])].join(' ')}\n`
}
