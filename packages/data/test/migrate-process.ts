import { migrateUp, openDatabase } from '@chapkit/data'

/*
 * Migrates the database at DATABASE_URL and tells how many migrations it ran.
 */

const database = await openDatabase(process.env['DATABASE_URL'])
const steps = await migrateUp(database, {
  things: {
    '001_create_things': {
      async up(db, types) {
        await db.schema.createTable('things').addColumn('name', types.text).execute()
        await new Promise((resolve) => setTimeout(resolve, 50))
      },
    },
  },
})
await database.close()
console.log(`ran ${steps.length}`)
