import { openDatabase, type ServiceBuilder } from 'chapkit'

// region move
/** Tables, each after those that it refers to, and the order of their rows. */
const TABLES = {
  configs: 'id',
  products: 'id',
  artifacts: 'level', // parents first
  artifact_contents: 'artifact_id',
  artifact_links: 'artifact_id',
  artifact_folder_owner: 'id',
} as const

type Tables = Record<string, Record<string, unknown>>

/**
 * Copies all rows as they are: ids, versions, times and contents.
 *
 * @param service - The service without `withDatabase()`: it makes the tables.
 */
export async function move(service: ServiceBuilder, from: string, to: string): Promise<void> {
  const [source, target] = [await openDatabase(from), await openDatabase(to)]
  const app = service.withDatabase(target).build()
  await app.ready()
  await target.transaction(async (transaction) => {
    const db = transaction.withTables<Tables>()
    for (const [table, order] of Object.entries(TABLES)) {
      await db.deleteFrom(table).execute()
      const rows = source.kysely.withTables<Tables>().selectFrom(table).selectAll().orderBy(order).stream()
      for await (const row of rows) await db.insertInto(table).values(row).execute()
    }
  })
  await app.close()
  await target.close()
  await source.close()
}
// endregion move
