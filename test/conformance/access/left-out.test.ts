import { describe, expect, it } from 'vitest'
import { failure } from '../errors.ts'
import { serveForTests } from '../served.ts'
import { module, type PublicClient } from '../public-client.ts'

const { UnknownError } = module
const served = serveForTests()

const CALLS: readonly (readonly [string, (client: PublicClient) => Promise<unknown>])[] = [
  ['create', (client) => client.createProjection('p', 'fromAll()')],
  ['update', (client) => client.updateProjection('p', 'fromAll()')],
  ['delete', (client) => client.deleteProjection('p')],
  ['enable', (client) => client.enableProjection('p')],
  ['disable', (client) => client.disableProjection('p')],
  ['abort', (client) => client.abortProjection('p')],
  ['reset', (client) => client.resetProjection('p')],
  ['state', (client) => client.getProjectionState('p')],
  ['result', (client) => client.getProjectionResult('p')],
  ['status', (client) => client.getProjectionStatus('p')],
  ['list', (client) => client.listProjections()],
  ['restart', (client) => client.restartSubsystem()],
]

describe('projections are not run, as on a server without them', () => {
  it.each(CALLS)('%s is not implemented', async (_call, call) => {
    const error = await failure(call(served.client))
    expect(String(error)).toContain('12 UNIMPLEMENTED')
    expect(error).toBeInstanceOf(UnknownError)
  })
})
