/** The EventStoreDB version whose behaviour the node follows. */
export const SERVER_VERSION = '24.6.0'
