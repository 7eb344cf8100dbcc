import type { Metadata } from '@grpc/grpc-js'
import type { Principal } from './principal.ts'

/** What a call wants of a stream; of `$$name`, the metadata of `name` are meant. */
export type StreamAction = 'read' | 'write' | 'delete'

/** Who may do what. */
export interface Access {
  /** Who makes a call, by its metadata. Rejects with `RpcError` UNAUTHENTICATED. */
  authenticate(metadata: Metadata): Promise<Principal>
  /** Throws `RpcError` access-denied unless the stream's access list (or `$all`'s) allows it. */
  checkStream(principal: Principal, action: StreamAction, streamName: string): void
  /** Whether `checkStream` would let it read a stream. */
  mayRead(principal: Principal, streamName: string): boolean
  /** Throws `RpcError` access-denied unless it is somebody known. */
  checkAuthenticated(principal: Principal): void
  /** Throws `RpcError` access-denied unless it may ask which nodes there are. */
  checkGossip(principal: Principal): void
  /** Throws `RpcError` access-denied unless it is a member of `$ops` or `$admins`. */
  checkOperator(principal: Principal): void
}
