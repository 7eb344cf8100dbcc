/** The generated messages of persistent subscriptions; CommonJS modules, see codecs.ts. */
export { default as persistent } from '@eventstore/db-client/generated/persistent_pb.js'
export { default as persistentGrpc } from '@eventstore/db-client/generated/persistent_grpc_pb.js'
