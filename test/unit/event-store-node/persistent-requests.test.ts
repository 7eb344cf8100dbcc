import { describe, expect, it } from 'vitest'
import { proposalIn } from '../../../infrastructure/event-store-node/services/persistent-subscriptions/proposal-request.ts'
import {
  parsePlace,
  placeText,
} from '../../../infrastructure/event-store-node/services/persistent-subscriptions/place-text.ts'
import { shared } from '../../../infrastructure/event-store-node/wire/codecs.ts'
import { persistent } from '../../../infrastructure/event-store-node/wire/persistent-codecs.ts'
import { toStreamIdentifier } from '../../../infrastructure/event-store-node/wire/stream-identifier.ts'

const { CreateReq, UpdateReq } = persistent
const { PINNED } = UpdateReq.ConsumerStrategy
type StreamOptions = persistent.CreateReq.StreamOptions

function settings(): persistent.CreateReq.Settings {
  const one = new CreateReq.Settings()
  one.setReadBatchSize(20)
  one.setHistoryBufferSize(500)
  return one
}

function options(change: (options: persistent.CreateReq.Options) => void) {
  const one = new CreateReq.Options()
  one.setGroupName('group')
  one.setSettings(settings())
  change(one)
  return one
}

/** A request in the newer fields, from where `change` says. */
function onStream(change: (stream: StreamOptions) => void, name = 'stream') {
  return options((one) => {
    const stream = new CreateReq.StreamOptions()
    stream.setStreamIdentifier(toStreamIdentifier(name))
    change(stream)
    one.setStream(stream)
  })
}

function onAll(change: (all: persistent.CreateReq.AllOptions) => void) {
  return options((one) => {
    const all = new CreateReq.AllOptions()
    all.setNoFilter(new shared.Empty())
    change(all)
    one.setAll(all)
  })
}

function fromStart(stream: StreamOptions): void {
  stream.setStart(new shared.Empty())
}

function withoutSettings(): persistent.CreateReq.Options {
  const request = onStream(fromStart)
  request.clearSettings()
  return request
}

describe('where a group starts', () => {
  it.each([
    ['start', (one: StreamOptions) => one.setStart(new shared.Empty()), 0],
    ['end', (one: StreamOptions) => one.setEnd(new shared.Empty()), -1],
    ['a revision', (one: StreamOptions) => one.setRevision('77'), 77],
    ['a revision that is none', (one: StreamOptions) => one.setRevision(String(2n ** 63n)), -2],
  ])('in the newer fields: %s', (_, change, place) => {
    const proposal = proposalIn(onStream(change))
    expect(proposal).toMatchObject({ streamName: 'stream', startFrom: { place, prepare: place } })
  })

  it.each([
    ['0', 0],
    ['77', 77],
    [String(2n ** 64n - 1n), -1],
  ])('in the older fields: %s', (revision, place) => {
    const request = options((one) => {
      one.setStreamIdentifier(toStreamIdentifier('stream'))
      one.getSettings()?.setRevision(revision)
    })
    expect(proposalIn(request).startFrom).toEqual({ place, prepare: place })
  })

  it('in $all: a position, of which both parts are kept', () => {
    const request = onAll((all) => {
      const position = new CreateReq.Position()
      position.setCommitPosition('20')
      position.setPreparePosition('10')
      all.setPosition(position)
    })
    expect(proposalIn(request)).toMatchObject({
      streamName: '$all',
      startFrom: { place: 20, prepare: 10 },
    })
  })
})

describe('settings', () => {
  const proposal = (change: (settings: persistent.CreateReq.Settings) => void) => {
    const request = onStream((stream) => stream.setStart(new shared.Empty()))
    const one = request.getSettings()
    if (one !== undefined) change(one)
    return proposalIn(request)
  }

  it('take times in milliseconds, or in ticks of 100 ns', () => {
    const inMs = proposal((one) => one.setMessageTimeoutMs(1_500).setCheckpointAfterMs(2_500))
    const inTicks = proposal((one) =>
      one.setMessageTimeoutTicks('15000000').setCheckpointAfterTicks('25000000'),
    )
    expect(inMs.settings).toMatchObject({ messageTimeoutMs: 1_500, checkpointAfterMs: 2_500 })
    expect(inTicks.settings).toEqual(inMs.settings)
  })

  it.each([
    [CreateReq.ConsumerStrategy.DISPATCHTOSINGLE, 'DispatchToSingle'],
    [CreateReq.ConsumerStrategy.ROUNDROBIN, 'RoundRobin'],
    [CreateReq.ConsumerStrategy.PINNED, 'Pinned'],
  ] as const)('take a strategy by its number %i', (number, strategy) => {
    const { settings } = proposal((one) => one.setNamedConsumerStrategy(number))
    expect(settings.strategy).toBe(strategy)
  })

  it('take a strategy by its name before that of its number', () => {
    const { settings } = proposal((one) => one.setConsumerStrategy('PinnedByCorrelation'))
    expect(settings.strategy).toBe('PinnedByCorrelation')
  })

  it('refuse a strategy that does not exist, saying so', () => {
    const wrong = () => proposal((one) => one.setConsumerStrategy('Mine'))
    expect(wrong).toThrow("failed: 'Consumer strategy Mine does not exist.'")
  })

  it('of an update are read the same way', () => {
    const request = new UpdateReq.Options()
    request.setGroupName('group')
    request.setStreamIdentifier(toStreamIdentifier('stream'))
    const one = new UpdateReq.Settings().setRevision('5').setNamedConsumerStrategy(PINNED)
    request.setSettings(one.setMaxRetryCount(9))
    expect(proposalIn(request)).toMatchObject({
      startFrom: { place: 5 },
      filter: undefined,
      settings: { strategy: 'Pinned', maxRetryCount: 9 },
    })
  })
})

describe('a request that lacks something', () => {
  it.each([
    ['options', undefined, 'options are required'],
    ['a stream', onStream(fromStart, ''), 'Bad stream name.'],
    ['a group', onStream(fromStart).setGroupName(''), 'group name is required'],
    ['a group in Unicode', onStream(fromStart).setGroupName('\ud800'), 'is not valid Unicode'],
    ['settings', withoutSettings(), 'settings are required'],
    ['a start', onStream(() => undefined), 'a revision to start from is required'],
    ['a position', onAll(() => undefined), 'a position to start from is required'],
  ])('%s is refused by name', (_, request, text) => {
    expect(() => proposalIn(request)).toThrow(text)
  })

  it('a filter without an expression is refused', () => {
    const request = onAll((all) => {
      all.setStart(new shared.Empty())
      all.setFilter(new CreateReq.AllOptions.FilterOptions())
    })
    expect(() => proposalIn(request)).toThrow('a filter needs an expression')
  })
})

describe('the prefixes of a filter', () => {
  const withPrefixes = (count: number) =>
    onAll((all) => {
      const expression = new CreateReq.AllOptions.FilterOptions.Expression()
      expression.setPrefixList(Array.from({ length: count }, () => ''))
      const filter = new CreateReq.AllOptions.FilterOptions()
      all.setStart(new shared.Empty()).setFilter(filter.setEventType(expression))
    })

  it('are counted, as empty ones have no length', () => {
    expect(proposalIn(withPrefixes(1_000)).filter?.prefixes).toHaveLength(1_000)
    expect(() => proposalIn(withPrefixes(1_001))).toThrow(
      'a filter must not have more than 1000 prefixes',
    )
  })
})

describe('the text of a place', () => {
  it.each([
    ['stream', 0, '0'],
    ['stream', -1, '-1'],
    ['stream', 2 ** 63, '9223372036854775807'],
    ['$all', 12, 'C:12/P:12'],
    ['$all', -1, 'C:-1/P:-1'],
  ])('of %s at %d is read as it is printed', (stream, place, text) => {
    expect(placeText(stream, place)).toBe(text)
    expect(parsePlace(text)?.place).toBe(place)
  })

  it('that is none is not read', () => {
    for (const text of ['', 'C:1', '1.5', 'x', 'C:1/P:', '1'.repeat(30)]) {
      expect(parsePlace(text)).toBeUndefined()
    }
  })
})
