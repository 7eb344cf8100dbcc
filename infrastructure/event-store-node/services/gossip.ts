import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js'
import type { Logger } from 'pino'
import type { Access } from '../access/access.ts'
import { uuidBytes } from '../storage/uuid.ts'
import { gossip, type gossipGrpc } from '../wire/codecs.ts'
import { toUuid } from '../wire/uuid.ts'
import type { ClusterMember } from './cluster-member.ts'
import { toRpcError } from './streams/to-rpc-error.ts'

type ReadCall = ServerUnaryCall<unknown, gossip.ClusterInfo>

interface GossipParts {
  readonly access: Access
  readonly member: ClusterMember
  readonly logger: Logger
}

/** Tells clients that discover a cluster that the node is all of it. */
export function gossipService(parts: GossipParts): UntypedServiceImplementation {
  const service: gossipGrpc.IGossipServer = {
    read: (call: ReadCall, callback: sendUnaryData<gossip.ClusterInfo>) =>
      void read(parts, call, callback),
  }
  return service
}

async function read(
  { access, member, logger }: GossipParts,
  call: ReadCall,
  callback: sendUnaryData<gossip.ClusterInfo>,
): Promise<void> {
  try {
    access.checkGossip(await access.authenticate(call.metadata))
    callback(null, clusterInfo(member))
  } catch (error) {
    callback(toRpcError(error, logger))
  }
}

function clusterInfo(member: ClusterMember): gossip.ClusterInfo {
  const endPoint = new gossip.EndPoint()
  endPoint.setAddress(member.advertised.host)
  endPoint.setPort(member.advertised.port)
  const info = new gossip.MemberInfo()
  info.setInstanceId(toUuid(uuidBytes(member.instanceId), false))
  info.setTimeStamp(ticksSinceEpoch(member.nowMs()))
  info.setState(gossip.MemberInfo.VNodeState.LEADER)
  info.setIsAlive(true)
  info.setHttpEndPoint(endPoint)
  const cluster = new gossip.ClusterInfo()
  cluster.addMembers(info)
  return cluster
}

/** .NET's ticks of 100 ns, since 1970. */
function ticksSinceEpoch(nowMs: number): string {
  return String(BigInt(nowMs) * 10_000n)
}
