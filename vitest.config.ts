import { defineConfig } from 'vitest/config'

/** The published clients that the event-store node must serve; a process can load only one. */
const PUBLIC_CLIENTS = ['@eventstore/db-client', '@kurrent/kurrentdb-client']

/** The levels of the tests: what a folder's tests need running is told by its name. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/postgres-for-tests.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      ...PUBLIC_CLIENTS.map((client) => ({
        test: {
          name: `conformance ${client}`,
          include: ['test/conformance/**/*.test.ts'],
          env: { PUBLIC_CLIENT: client },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      })),
      {
        test: {
          name: 'end-to-end',
          include: ['test/end-to-end/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
