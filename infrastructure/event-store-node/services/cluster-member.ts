import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { z } from 'zod'
import type { Store } from '../storage/store.ts'

/** Where clients are told to find the node. */
export interface Advertised {
  readonly host: string
  readonly port: number
}

/** The node as the one member of its cluster: always alive, always the leader. */
export interface ClusterMember {
  readonly instanceId: string
  readonly advertised: Advertised
  readonly epochId: string
  /** Position of the last durable record. */
  lastPosition(): number
  nowMs(): number
}

const EPOCH_STREAM = '$epoch-information'
const epoch = z.object({ epochId: z.uuid() })

/** Describes a node that has just started. */
export function clusterMember(store: Store, advertised: Advertised): ClusterMember {
  return {
    instanceId: randomUUID(),
    advertised,
    epochId: epochIdOf(store),
    lastPosition: () => store.writer.lastPosition,
    nowMs: store.nowMs,
  }
}

/**
 * The address for clients: the one given, else the one listened on; for all interfaces (`0.0.0.0`,
 * `::`) the first that is not a loopback.
 */
export function advertisedHost(nodeIp: string, given: string | undefined): string {
  if (given !== undefined) return given
  if (nodeIp !== '0.0.0.0' && nodeIp !== '::') return nodeIp
  const addresses = Object.values(networkInterfaces()).flatMap((one) => one ?? [])
  const outer = addresses.find(({ internal, address }) => !internal && isIP(address) === 4)
  return outer?.address ?? '127.0.0.1'
}

function epochIdOf({ states, reader }: Store): string {
  const { number } = states.view(EPOCH_STREAM)
  const position = number === undefined ? undefined : reader.positionAt(number, 0)
  if (position === undefined) throw new Error(`the store has no ${EPOCH_STREAM}`)
  return epoch.parse(JSON.parse(reader.record(position).data.toString())).epochId
}
