import { builder } from '../schema/builder.ts'
import type { Schema } from '../../projections/index.ts'

const Projection = builder.objectRef<Schema['projection_checkpoints']>('Projection').implement({
  description: 'A read model, and how far it has come.',
  fields: (t) => ({
    name: t.exposeString('name'),
    version: t.exposeInt('version'),
    position: t.expose('position', {
      type: 'Position',
      nullable: true,
      description: 'Of the last event it shows; null before the first.',
    }),
  }),
})

builder.queryField('projections', (t) =>
  t.field({
    type: [Projection],
    authScopes: { roles: ['operator', 'analyst', 'regulator'] },
    resolve: (_root, _args, { database }) =>
      database.selectFrom('projection_checkpoints').selectAll().orderBy('name').execute(),
  }),
)
