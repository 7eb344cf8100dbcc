import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { UsageError } from '../options/index.ts'
import { usersFileIn } from './open-access.ts'
import { hashPassword } from './password-hash.ts'
import { groupName, readUsers, type User, userName, writeUsers } from './users-file.ts'

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

const PASSWORD_LENGTH_MAX = 1_024

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
  const users = readUsers(path)
  const known = users.find((user) => user.name === name)
  const others = users.filter((user) => user !== known)
  switch (what) {
    case 'list':
      return users.map(describeUser).join('')
    case 'set': {
      const user = await changed(known, name, groups, input)
      writeUsers(path, [...others, user])
      return describeUser(user)
    }
    case 'enable':
    case 'disable': {
      const user = { ...existing(known, name), disabled: what === 'disable' }
      writeUsers(path, [...others, user])
      return describeUser(user)
    }
    case 'remove':
      existing(known, name)
      writeUsers(path, others)
      return ''
    default:
      throw new UsageError(`'users ${what}' is not known, see users --help`)
  }
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

async function changed(
  known: User | undefined,
  name: string,
  groups: readonly string[],
  input: Input,
): Promise<User> {
  const password = await readPassword(input)
  return {
    name,
    groups: groups.length > 0 ? [...groups] : (known?.groups ?? []),
    disabled: known?.disabled ?? false,
    password: await hashPassword(password),
  }
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
    if (password === '' || password.length > PASSWORD_LENGTH_MAX) break
    return password
  }
  throw new UsageError(`a password has 1 to ${PASSWORD_LENGTH_MAX} characters`)
}

function describeUser({ name, groups, disabled }: User): string {
  return `${[name, ...groups, ...(disabled ? ['(disabled)'] : [])].join(' ')}\n`
}
