import { fieldBytes, type MessageReader, type MessageWriter } from '../../protobuf/index.ts'

const NAME = 3

/** Size of the message StreamIdentifier of a name that takes so many bytes. */
export function streamIdentifierBytes(nameLength: number): number {
  return fieldBytes(nameLength)
}

/** Writes a StreamIdentifier as the given field; `nameLength` is the name's `Buffer.byteLength`. */
export function writeStreamIdentifier(
  writer: MessageWriter,
  field: number,
  name: string,
  nameLength: number,
): void {
  writer.messageField(field, streamIdentifierBytes(nameLength))
  writer.textField(NAME, name, nameLength)
}

/** Reads the name of a StreamIdentifier. */
export function readStreamIdentifier(reader: MessageReader): string {
  let name = ''
  while (reader.next()) {
    if (reader.field === NAME) name = reader.text()
    else reader.skip()
  }
  return name
}
