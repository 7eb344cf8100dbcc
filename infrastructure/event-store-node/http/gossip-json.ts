import type { ClusterMember } from '../services/cluster-member.ts'
import { SERVER_VERSION } from '../services/server-version.ts'

/** What EventStoreDB answers to `GET /gossip`; there is no TCP and no replication here: port 0. */
export function gossipJson(member: ClusterMember): object {
  const { host, port } = member.advertised
  const position = member.lastPosition()
  return {
    members: [
      {
        instanceId: member.instanceId,
        timeStamp: new Date(member.nowMs()).toISOString(),
        state: 'Leader',
        isAlive: true,
        internalTcpIp: host,
        internalTcpPort: 0,
        internalSecureTcpPort: 0,
        externalTcpIp: host,
        externalTcpPort: 0,
        externalSecureTcpPort: 0,
        internalHttpEndPointIp: host,
        internalHttpEndPointPort: port,
        httpEndPointIp: host,
        httpEndPointPort: port,
        lastCommitPosition: position,
        writerCheckpoint: position,
        chaserCheckpoint: position,
        epochPosition: 0,
        epochNumber: 0,
        epochId: member.epochId,
        nodePriority: 0,
        isReadOnlyReplica: false,
        esVersion: SERVER_VERSION,
      },
    ],
    serverIp: host,
    serverPort: port,
  }
}
