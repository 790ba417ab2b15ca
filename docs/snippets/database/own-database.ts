import { openDatabase, ServiceBuilder, Type } from 'chapkit'

const AppConfig = Type.Object({ environment: Type.String() })

// region own
export const database = await openDatabase(process.env['DATABASE_URL'], { pool: { max: 20 } })

export const configs = new ServiceBuilder({ displayName: 'Configs' })
  .withDatabase(database)
  .withConfig(AppConfig)

/** The same configs, for readers. */
export const readers = new ServiceBuilder({ displayName: 'Configs to read' })
  .withDatabase(database)
  .withConfig(AppConfig, { permissions: { create: false, update: false, delete: false } })

/** To be called when both services have stopped. */
export async function end(): Promise<void> {
  await database.close()
}
// endregion own
