/**
 * GraphQL.js in the build that Node itself loads, and with it Pothos and Yoga. Tools that follow the
 * `module` field of a package would load a second copy beside it, and copies do not know each
 * other's types and errors. So nothing here imports 'graphql' by its bare name.
 */
export * from 'graphql/index.js'
