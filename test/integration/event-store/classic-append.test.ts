/** Servers that have no BatchAppend get a call of Append for each append. */
import streams, { type AppendReq } from '@eventstore/db-client/generated/streams_pb.js'
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js'
import { Metadata, status } from '@grpc/grpc-js'
import { afterEach, describe, expect, test } from 'vitest'
import {
  AppendAbandoned,
  AppendRefused,
  connectEventStore,
  type EventStore,
  type EventStoreSettings,
} from '../../../infrastructure/event-store/index.ts'
import { failureOf, newEvent, newEvents, newStream } from './events.ts'
import { notLeader, startScriptedServer, type Script } from './scripted-server.ts'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

type Features = NonNullable<Script['features']>
const unimplemented: Features = (answer) => {
  answer({ code: status.UNIMPLEMENTED, details: 'what features' })
}
const noneListed: Features = (answer) => {
  answer(null, new serverFeatures.SupportedMethods())
}

async function serve(script: Script): Promise<string> {
  const server = await startScriptedServer({ features: unimplemented, ...script })
  cleanups.push(() => {
    server.stop()
  })
  return server.connectionString
}

function connect(connectionString: string, settings: Partial<EventStoreSettings> = {}): EventStore {
  const store = connectEventStore({ connectionString, ...settings })
  cleanups.push(() => store.close())
  return store
}

/** Calls back with each whole append, and its number. */
function onAppend(
  react: (
    requests: AppendReq[],
    answer: Parameters<NonNullable<Script['append']>>[1],
    number: number,
  ) => void,
): Script {
  let count = 0
  return {
    append: (call, answer) => {
      const requests: AppendReq[] = []
      call.on('error', () => undefined)
      call.on('data', (request: AppendReq) => {
        requests.push(request)
      })
      call.on('end', () => {
        count += 1
        react(requests, answer, count)
      })
    },
  }
}

function stored(revision: number): streams.AppendResp {
  const position = new streams.AppendResp.Position()
  position.setCommitPosition('77')
  const success = new streams.AppendResp.Success().setPosition(position)
  success.setCurrentRevision(String(revision))
  return new streams.AppendResp().setSuccess(success)
}

function wrongRevision(actual: number): streams.AppendResp {
  const wrong = new streams.AppendResp.WrongExpectedVersion()
  wrong.setCurrentRevision(String(actual))
  return new streams.AppendResp().setWrongExpectedVersion(wrong)
}

function exception(name: string, code: status): object {
  const metadata = new Metadata()
  metadata.set('exception', name)
  metadata.set('stream-name', 'told')
  metadata.set('maximum-append-size', '1024')
  return { code, details: 'scripted', metadata }
}

test.each([
  ['does not know what features are', unimplemented],
  ['does not list it', noneListed],
])('a server that %s is sent the events one by one', async (_, features) => {
  const received: AppendReq[][] = []
  const script = onAppend((requests, answer) => {
    received.push(requests)
    answer(null, stored(2))
  })
  const store = connect(await serve({ ...script, features }))
  const events = newEvents(3)
  expect(await store.append('some', events, 4n)).toEqual({
    status: 'appended',
    revision: 2n,
    position: 77n,
  })
  const [options, ...messages] = received[0] ?? []
  expect(options?.getOptions()?.getRevision()).toBe('4')
  expect(messages.map((message) => message.getProposedMessage()?.getId()?.getString())).toEqual(
    events.map(({ id }) => id),
  )
})

test('an append without success is told by the answer what was wrong', async () => {
  const wrong = connect(
    await serve(
      onAppend((_, answer) => {
        answer(null, wrongRevision(9))
      }),
    ),
  )
  expect(await wrong.append('some', newEvents(1), 4n)).toEqual({
    status: 'wrong-expected-revision',
    actual: 9n,
  })
  const refusals = [
    exception('stream-deleted', status.FAILED_PRECONDITION),
    exception('maximum-append-size-exceeded', status.INVALID_ARGUMENT),
    exception('access-denied', status.PERMISSION_DENIED),
    { code: status.INVALID_ARGUMENT, details: 'scripted' },
  ]
  for (const refusal of refusals) {
    const store = connect(
      await serve(
        onAppend((_, answer) => {
          answer(refusal)
        }),
      ),
    )
    await expect(store.append('some', newEvents(1), 4n)).rejects.toThrow(AppendRefused)
  }
})

describe('an append is sent again, as the same event, when its call', () => {
  test.each([
    [
      'fails',
      (answer: (error: object) => void) => {
        answer({ code: status.UNAVAILABLE })
      },
    ],
    [
      'times out on the server',
      (answer: (error: object) => void) => {
        answer({ code: status.ABORTED })
      },
    ],
    ['is never answered', () => undefined],
  ])('%s', async (_, fail) => {
    const ids: (string | undefined)[] = []
    const script = onAppend((requests, answer, number) => {
      ids.push(requests[1]?.getProposedMessage()?.getId()?.getString())
      if (number < 3) fail(answer)
      else answer(null, stored(0))
    })
    const store = connect(await serve(script), { appendTimeoutMs: 150 })
    expect(await store.append(newStream(), [newEvent()], 'no-stream')).toMatchObject({
      status: 'appended',
    })
    expect(ids).toHaveLength(3)
    expect(new Set(ids).size).toBe(1)
  })
})

test('a call that fails takes no other with it', async () => {
  const counts = new Map<string, number>()
  const script = onAppend((requests, answer, number) => {
    const id = requests[1]?.getProposedMessage()?.getId()?.getString() ?? ''
    counts.set(id, (counts.get(id) ?? 0) + 1)
    if (number === 1) answer({ code: status.UNAVAILABLE, details: 'scripted' })
    else
      setTimeout(() => {
        answer(null, stored(0))
      }, 200)
  })
  const store = connect(await serve(script))
  const appends = newEvents(10).map((event) => store.append(newStream(), [event], 'no-stream'))
  expect((await Promise.all(appends)).every((result) => result.status === 'appended')).toBe(true)
  expect([...counts.values()].toSorted()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 2])
})

test('a leader that is named is followed', async () => {
  const leader = await startScriptedServer({
    features: unimplemented,
    ...onAppend((_, answer) => {
      answer(null, stored(5))
    }),
  })
  cleanups.push(() => {
    leader.stop()
  })
  const follower = await serve(
    onAppend((_, answer) => {
      answer(notLeader(leader))
    }),
  )
  const store = connect(follower)
  expect(await store.append('some', newEvents(1), 'any')).toMatchObject({ revision: 5n })
})

test('closing abandons what is pending', async () => {
  const store = connect(await serve({}))
  const failure = failureOf(store.append('some', newEvents(1), 'any'))
  await store.close()
  expect(await failure).toBeInstanceOf(AppendAbandoned)
})
