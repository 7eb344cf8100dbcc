import { MalformedMessageError, MessageReader } from '../../protobuf/index.ts'
import { readStreamIdentifier } from './stream-identifier.ts'
import { readUuid } from './uuid.ts'

const EVENT = 1
const CONFIRMATION = 2
const STREAM_NOT_FOUND = 4
const CAUGHT_UP = 8

/** An event as it came: its contents are texts, of which nothing has been parsed. */
export interface ReceivedEvent {
  readonly id: string
  readonly stream: string
  readonly revision: bigint
  /** Absent when the server does not tell it. */
  readonly position: bigint | undefined
  readonly type: string
  readonly isJson: boolean
  /** In .NET ticks, 100 ns each, since the Unix epoch. */
  readonly created: string
  readonly data: string
  readonly metadata: string
}

/** A message of a read or a subscription; `other` is one that nobody here has a use for. */
export type ReadResponse =
  ReceivedEvent | 'confirmation' | 'stream-not-found' | 'caught-up' | 'other'

/**
 * Reads a ReadResp.
 *
 * @throws MalformedMessageError when the bytes are none
 */
export function readReadResponse(bytes: Buffer): ReadResponse {
  const reader = new MessageReader(bytes)
  let response: ReadResponse = 'other'
  while (reader.next()) {
    if (reader.field === EVENT) response = readResolvedEvent(reader.message())
    else {
      response = words[reader.field] ?? response
      reader.skip()
    }
  }
  return response
}

const words: Readonly<Record<number, ReadResponse>> = {
  [CONFIRMATION]: 'confirmation',
  [STREAM_NOT_FOUND]: 'stream-not-found',
  [CAUGHT_UP]: 'caught-up',
}

const RESOLVED_EVENT = 1
const RESOLVED_POSITION = 3

function readResolvedEvent(reader: MessageReader): ReceivedEvent {
  let recorded: MessageReader | undefined
  let position: bigint | undefined
  while (reader.next()) {
    if (reader.field === RESOLVED_EVENT) recorded = reader.message()
    else if (reader.field === RESOLVED_POSITION) position = reader.bigVarint()
    else reader.skip()
  }
  if (recorded === undefined) throw new MalformedMessageError('an event without content')
  return readRecordedEvent(recorded, position)
}

const ID = 1
const STREAM_IDENTIFIER = 2
const REVISION = 3
const COMMIT_POSITION = 5
const PROPERTIES = 6
const CUSTOM_METADATA = 7
const DATA = 8

function readRecordedEvent(
  reader: MessageReader,
  resolvedPosition: bigint | undefined,
): ReceivedEvent {
  const properties = { type: '', contentType: '', created: '' }
  let id = ''
  let stream = ''
  let revision = 0n
  let position = resolvedPosition
  let data = ''
  let metadata = ''
  while (reader.next()) {
    switch (reader.field) {
      case ID:
        id = readUuid(reader.message())
        break
      case STREAM_IDENTIFIER:
        stream = readStreamIdentifier(reader.message())
        break
      case REVISION:
        revision = reader.bigVarint()
        break
      case COMMIT_POSITION:
        position = reader.bigVarint()
        break
      case PROPERTIES:
        readProperty(reader.message(), properties)
        break
      case CUSTOM_METADATA:
        metadata = reader.text()
        break
      case DATA:
        data = reader.text()
        break
      default:
        reader.skip()
    }
  }
  if (id === '' || stream === '') throw new MalformedMessageError('an event without id or stream')
  const { type, contentType, created } = properties
  const isJson = contentType === 'application/json'
  return { id, stream, revision, position, type, isJson, created, data, metadata }
}

const KEY = 1
const VALUE = 2

function readProperty(
  reader: MessageReader,
  properties: { type: string; contentType: string; created: string },
): void {
  let key = ''
  let value = ''
  while (reader.next()) {
    if (reader.field === KEY) key = reader.text()
    else if (reader.field === VALUE) value = reader.text()
    else reader.skip()
  }
  if (key === 'type') properties.type = value
  else if (key === 'created') properties.created = value
  else if (key === 'content-type') properties.contentType = value
}
