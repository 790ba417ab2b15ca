import { ServiceBuilder, Type } from 'chapkit'

const AppConfig = Type.Object({ environment: Type.String() })
const info = { displayName: 'My Service' }

export const inMemory = new ServiceBuilder(info)
  // region memory
  .withDatabase('sqlite::memory:')
  // endregion memory
  .withConfig(AppConfig)

export const inFile = new ServiceBuilder(info)
  // region file
  .withDatabase('sqlite:my-service.db')
  // endregion file
  .withConfig(AppConfig)

export const onPostgres = new ServiceBuilder(info)
  // region postgres
  .withDatabase('postgres://app:secret@db.example.org/app')
  // endregion postgres
  .withConfig(AppConfig)

export const fromEnvironment = new ServiceBuilder(info)
  // region environment
  .withDatabase() // DATABASE_URL, else SQLite in memory
  // endregion environment
  .withConfig(AppConfig)

export const withOptions = new ServiceBuilder(info)
  // region options
  .withDatabase(process.env['DATABASE_URL'], {
    pool: { max: 20, idleTimeout: 60_000 },
    statementTimeout: 10_000,
    startTimeout: 60_000,
  })
  // endregion options
  .withConfig(AppConfig)

export const behindPgBouncer = new ServiceBuilder(info)
  // region pgbouncer
  .withDatabase(process.env['DATABASE_URL'], { statementTimeout: 0, preparedStatements: false })
  // endregion pgbouncer
  .withConfig(AppConfig)
