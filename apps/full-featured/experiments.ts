import { defineEntity, Type } from 'chapkit'

/** A kind of entities of the service's own, with an operation on all of them and one on each. */
export const experiments = defineEntity({
  name: 'experiment',
  table: 'experiments',
  schema: Type.Object({
    title: Type.String({ minLength: 1, maxLength: 200 }),
    state: Type.Union([Type.Literal('planned'), Type.Literal('running'), Type.Literal('done')], {
      default: 'planned',
    }),
    score: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    parameters: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
    starts_at: Type.Optional(Type.String({ format: 'date-time' })),
  }),
  unique: ['title'],
  operations(on) {
    on.collection('count', {
      summary: 'How many experiments there are',
      response: Type.Object({ count: Type.Integer({ minimum: 0 }) }),
      handler: async ({ manager }) => ({ count: (await manager.page(1, 1)).total }),
    })
    on.entity('finish', {
      summary: 'Finish an experiment with its score',
      body: Type.Object({ score: Type.Number({ minimum: 0, maximum: 1 }) }),
      handler: ({ id }, { manager, body }) =>
        manager.modify(id, (experiment) => ({ ...experiment, state: 'done' as const, score: body.score })),
    })
  },
})
