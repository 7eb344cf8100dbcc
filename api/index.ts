/** The face of the API: GraphQL over HTTP for providers, operators, analysts and regulators. */
export { type Caller, type Role, roles } from './access/caller.ts'
export { type AccessToken, accessTokens } from './access/tokens.ts'
export { printSchema } from './schema/schema.ts'
export { type Api, type ApiOptions, createApi } from './server.ts'
