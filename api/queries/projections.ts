import type { ProjectorState, ProjectorStatus } from '../../projections/index.ts'
import { builder } from '../schema/builder.ts'

const ProjectionState = builder.enumType('ProjectionState', {
  values: {
    DISCONNECTED: {
      value: 'disconnected',
      description: 'It is cut off from the database or the event store, and tries again.',
    },
    STANDING_BY: { value: 'standing-by', description: 'Another process runs it.' },
    CATCHING_UP: { value: 'catching-up', description: 'It comes from behind.' },
    LIVE: { value: 'live', description: 'It follows the events as they come.' },
    STOPPED: {
      value: 'stopped',
      description: 'It met an event it cannot get past, or its rows are of another event store.',
    },
  } satisfies Record<string, { value: ProjectorState; description: string }>,
})

const Projection = builder.objectRef<ProjectorStatus>('Projection').implement({
  description: 'A read model, as this process sees it.',
  fields: (t) => ({
    name: t.exposeString('name'),
    version: t.exposeInt('version'),
    state: t.expose('state', { type: ProjectionState }),
    position: t.expose('position', {
      type: 'Position',
      nullable: true,
      description: 'Of the last event it shows; null before the first.',
    }),
    lagMs: t.exposeFloat('lagMs', {
      nullable: true,
      description:
        'Age of the oldest event it does not show yet; 0 when it shows all. While it is ' +
        'disconnected, for how long.',
    }),
  }),
})

builder.queryField('projections', (t) =>
  t.field({
    type: [Projection],
    authScopes: { roles: ['operator', 'analyst', 'regulator'] },
    resolve: (_root, _args, { projections }) => [...projections.status()],
  }),
)
