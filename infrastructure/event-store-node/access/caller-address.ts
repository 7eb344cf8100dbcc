import type { Metadata } from '@grpc/grpc-js'

/** In the metadata of a call, whatever the client has sent by that name. */
const KEY = 'countroom-caller-address'

/** Notes where a call comes from, for those who ask who makes it. */
export function setCallerAddress(metadata: Metadata, address: string | undefined): void {
  metadata.set(KEY, address ?? 'unknown')
}

export function callerAddressIn(metadata: Metadata): string {
  return String(metadata.get(KEY)[0] ?? 'unknown')
}
