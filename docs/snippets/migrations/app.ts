import { ServiceBuilder, Type } from 'chapkit'

const Visit = Type.Object({ page: Type.String() })
const AppConfig = Type.Object({ environment: Type.String() })

type Tables = { visits: { page: string; at: unknown } }

export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withDatabase()
  .withConfig(AppConfig)
  // region migrations
  .withMigrations({
    '001_create_visits': {
      async up(db, types) {
        await db.schema
          .createTable('visits')
          .addColumn('page', types.text, (column) => column.notNull())
          .addColumn('at', types.time, (column) => column.notNull())
          .execute()
      },
      async down(db) {
        await db.schema.dropTable('visits').execute()
      },
    },
    '002_index_visits': {
      async up(db) {
        await db.schema.createIndex('visits_page').on('visits').column('page').execute()
      },
      async down(db) {
        await db.schema.dropIndex('visits_page').execute()
      },
    },
  })
  // endregion migrations
  // region use
  .route((app) => {
    app.post('/api/v1/visits', { schema: { body: Visit } }, async (request, reply) => {
      const { codec, executor } = app.database
      await executor
        .withTables<Tables>()
        .insertInto('visits')
        .values({ page: request.body.page, at: codec.encodeTime(new Date()) })
        .execute()
      return reply.code(204).send()
    })
  })
// endregion use

export default service.plugin()
export const options = service.options()
