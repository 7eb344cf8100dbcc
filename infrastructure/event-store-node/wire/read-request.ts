import type { EventFilter } from '../reading/filter.ts'
import { EXPRESSION_LENGTH_MAX } from '../reading/linear-expression.ts'
import type { AllPlace, ReadOptions, StreamPlace } from '../reading/read-options.ts'
import { streams } from './codecs.ts'
import { invalidArgument } from './rpc-error.ts'
import { streamNameIn } from './stream-identifier.ts'

type Options = streams.ReadReq.Options
type FilterOptions = streams.ReadReq.Options.FilterOptions
type Expression = Pick<
  streams.ReadReq.Options.FilterOptions.Expression,
  'getRegex' | 'getPrefixList'
>

/** Events considered between two checkpoints are a multiple of this, unless the client says. */
const WINDOW_DEFAULT = 32
const INT64_MAX = 2 ** 63
const FILTER_TEXT_MAX = 4_096
const PREFIXES_MAX = 1_000

/** What a Read request asks for. Throws INVALID_ARGUMENT for what cannot be combined. */
export function readOptionsIn(request: streams.ReadReq): ReadOptions {
  const options = request.getOptions()
  if (options === undefined) throw invalidArgument('options are required')
  const uuid = options.getUuidOption()
  if (uuid?.hasString() !== true && uuid?.hasStructured() !== true) {
    throw invalidArgument('a UUID option is required')
  }
  if (options.hasFilter() === options.hasNoFilter()) throw invalidCombination()
  if (options.hasSubscription()) return subscriptionIn(options)
  return readIn(options)
}

function readIn(options: Options): ReadOptions {
  if (!options.hasCount()) throw invalidCombination()
  const stream = options.getStream()
  const common = {
    ...commonIn(options),
    direction: isForwards(options) ? 'forwards' : 'backwards',
    countMax: Number(options.getCount()),
  } as const
  if (stream === undefined) {
    return { kind: 'read-all', ...common, from: allPlaceIn(options), filter: filterIn(options) }
  }
  if (options.hasFilter()) throw invalidCombination()
  const streamName = streamNameIn(stream.getStreamIdentifier())
  return { kind: 'read-stream', ...common, streamName, from: streamPlaceIn(stream) }
}

function subscriptionIn(options: Options): ReadOptions {
  if (!isForwards(options)) throw invalidCombination()
  const stream = options.getStream()
  const common = commonIn(options)
  if (stream === undefined) {
    return {
      kind: 'subscribe-to-all',
      ...common,
      from: allPlaceIn(options),
      filter: filterIn(options),
      checkpointInterval: checkpointIntervalIn(options.getFilter()),
    }
  }
  if (options.hasFilter()) throw invalidCombination()
  const streamName = streamNameIn(stream.getStreamIdentifier())
  return { kind: 'subscribe-to-stream', ...common, streamName, from: streamPlaceIn(stream) }
}

function commonIn(options: Options) {
  return {
    resolveLinks: options.getResolveLinks(),
    isStructuredUuid: options.getUuidOption()?.hasStructured() === true,
  }
}

function isForwards(options: Options): boolean {
  return options.getReadDirection() === streams.ReadReq.Options.ReadDirection.FORWARDS
}

function streamPlaceIn(stream: streams.ReadReq.Options.StreamOptions): StreamPlace {
  if (stream.hasStart()) return 'start'
  if (stream.hasEnd()) return 'end'
  const revision = stream.hasRevision() ? Number(stream.getRevision()) : Number.NaN
  if (revision >= 0 && revision < INT64_MAX) return revision
  throw invalidArgument('a revision to read from is required')
}

function allPlaceIn(options: Options): AllPlace {
  const all = options.getAll()
  if (all === undefined) throw invalidCombination()
  if (all.hasStart()) return 'start'
  if (all.hasEnd()) return 'end'
  const position = Number(all.getPosition()?.getCommitPosition() ?? Number.NaN)
  const prepare = Number(all.getPosition()?.getPreparePosition() ?? Number.NaN)
  if (position >= 0 && position < INT64_MAX && prepare <= position) return position
  throw invalidArgument('Trying to read from an invalid position')
}

function filterIn(options: Options): EventFilter | undefined {
  const filter = options.getFilter()
  if (filter === undefined) return undefined
  const expression = filter.getStreamIdentifier() ?? filter.getEventType()
  if (expression === undefined) throw invalidArgument('a filter needs an expression')
  return {
    by: filter.hasStreamIdentifier() ? 'stream-name' : 'event-type',
    ...expressionIn(expression),
  }
}

/** What a filter compares with. Throws INVALID_ARGUMENT when it is nothing, or too much. */
export function expressionIn(expression: Expression): Pick<EventFilter, 'regex' | 'prefixes'> {
  const regex = expression.getRegex()
  const prefixes = expression.getPrefixList()
  if (regex === '' && prefixes.length === 0) {
    throw invalidArgument('a filter needs a regular expression or prefixes')
  }
  if (prefixes.length > PREFIXES_MAX) {
    throw invalidArgument(`a filter must not have more than ${PREFIXES_MAX} prefixes`)
  }
  if (regex.length + prefixes.join('').length > FILTER_TEXT_MAX) {
    throw invalidArgument(`a filter must not exceed ${FILTER_TEXT_MAX} characters`)
  }
  if (regex.length > EXPRESSION_LENGTH_MAX) {
    throw invalidArgument(
      `a regular expression must not exceed ${EXPRESSION_LENGTH_MAX} characters`,
    )
  }
  return { regex, prefixes }
}

function checkpointIntervalIn(filter: FilterOptions | undefined): number {
  if (filter === undefined) return WINDOW_DEFAULT
  const window = filter.hasMax() ? filter.getMax() : WINDOW_DEFAULT
  const interval = window * filter.getCheckpointintervalmultiplier()
  if (interval <= 0) {
    throw invalidArgument('checkpoint interval multiplier and window must be greater than zero')
  }
  return interval
}

function invalidCombination() {
  return invalidArgument('The combination of read options is not valid.')
}
