import { isUniqueViolation } from '@chapkit/data'
import type { Kysely } from 'kysely'
import { DuplicateNamesError } from './errors.ts'
import type { ConfigTables } from './tables.ts'

const UNIQUE = 'configs_unique_name'
const PLAIN = 'configs_name'

/**
 * Makes names unique, or no longer so: no migration, since it is the option of a service that decides.
 *
 * @throws CHAPKIT_ERR_DUPLICATE_NAMES when there are two configs of one name already.
 */
export async function prepareNameIndex(db: Kysely<ConfigTables>, unique: boolean): Promise<void> {
  const index = db.schema
    .createIndex(unique ? UNIQUE : PLAIN)
    .ifNotExists()
    .on('configs')
    .column('name')
  try {
    await (unique ? index.unique() : index).execute()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw await describeDuplicates(db)
  }
  await db.schema
    .dropIndex(unique ? PLAIN : UNIQUE)
    .ifExists()
    .execute()
}

async function describeDuplicates(db: Kysely<ConfigTables>): Promise<Error> {
  const { name, count } = await db
    .selectFrom('configs')
    .select(['name', ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy('name')
    .orderBy('count', 'desc')
    .executeTakeFirstOrThrow()
  return new DuplicateNamesError(
    `withConfig(): ${count} configs in the database have the name '${name}', and names must be unique; ` +
      'rename or delete them, or pass { uniqueNames: false }.',
  )
}
