/** A process that closed its event store ends by itself, whatever state the server was in. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startEventStoreNode, type EventStoreNode } from '../../support/event-store-node.ts'

const program = fileURLToPath(new URL('use-and-close.ts', import.meta.url))
const TIME_LIMIT_MS = 10_000

let node: EventStoreNode
beforeAll(async () => {
  node = await startEventStoreNode()
})
afterAll(async () => {
  process.kill(node.pid, 'SIGCONT')
  await node.stop()
})

/** Runs the program to its end; what it printed, or that it had to be killed. */
async function run(connectionString: string, whenStarted?: () => void): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, connectionString], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS)
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (output === 'started\n') whenStarted?.()
  })
  const [code, killedBy] = (await once(child, 'exit')) as [number | null, string | null]
  clearTimeout(timer)
  return `${output}${killedBy ?? `exit ${code ?? '?'}`}`
}

test('after it used a node that works', async () => {
  expect(await run(node.connectionString)).toBe('started\nclosed\nexit 0')
})

test('while the node takes connections and says nothing', async () => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    expect(await run(`esdb://127.0.0.1:${port}?tls=false`)).toBe('started\nclosed\nexit 0')
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
})

test('while the node stands still', async () => {
  process.kill(node.pid, 'SIGSTOP')
  expect(await run(node.connectionString)).toBe('started\nclosed\nexit 0')
  process.kill(node.pid, 'SIGCONT')
})

test('while no node is there', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  expect(await run(`esdb://127.0.0.1:${port}?tls=false`)).toBe('started\nclosed\nexit 0')
})
