export { MalformedMessageError, MessageReader } from './message-reader.ts'
export { MessageWriter } from './message-writer.ts'
export { fieldBytes, varintBytes } from './size.ts'
