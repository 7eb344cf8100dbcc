import { describe, expect, test } from 'vitest'
import { showsThePresent } from '../../../api/readiness.ts'
import type { ProjectorStatus } from '../../../projections/index.ts'

const live: ProjectorStatus = {
  name: 'balances',
  version: 1,
  state: 'live',
  position: 1n,
  lagMs: 0,
}

const shown = (...statuses: ProjectorStatus[]) => showsThePresent({ status: () => statuses })

describe('read models', () => {
  test.each<[string, boolean, Partial<ProjectorStatus>]>([
    ['that follow', true, {}],
    ['that another process keeps', true, { state: 'standing-by', lagMs: undefined }],
    ['that are a little behind', true, { lagMs: 10_000 }],
    ['that are far behind', false, { lagMs: 10_001 }],
    ['that catch up', false, { state: 'catching-up' }],
    ['that are cut off', false, { state: 'disconnected', lagMs: 0 }],
    ['that have stopped', false, { state: 'stopped' }],
  ])('%s: %s', (_name, isReady, change) => {
    expect(shown({ ...live, ...change })).toBe(isReady)
  })

  test('are as ready as the worst of them', () => {
    expect(shown(live, { ...live, state: 'stopped' }, live)).toBe(false)
  })
})
