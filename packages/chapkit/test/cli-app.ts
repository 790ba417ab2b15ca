import { ServiceBuilder, Type } from 'chapkit'

const service = new ServiceBuilder({ displayName: 'Notes' })
  .withConfig(Type.Object({ environment: Type.String() }))
  .withMigrations({
    '001_create_notes': {
      async up(db, types) {
        await db.schema.createTable('notes').addColumn('text', types.text).execute()
      },
      async down(db) {
        await db.schema.dropTable('notes').execute()
      },
    },
    '002_create_tags': {
      async up(db, types) {
        await db.schema.createTable('tags').addColumn('name', types.text).execute()
      },
    },
  })

export default service.plugin()
export const options = service.options()
