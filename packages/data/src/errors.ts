import createError from '@fastify/error'

/** The database cannot be opened: its folder is missing, or the file is no SQLite database. */
export const OpenDatabaseError = createError<[string, { cause: unknown }?]>('CHAPKIT_ERR_OPEN_DATABASE', '%s')

/** A migration failed, or the database was written by a newer version of the service. */
export const MigrationError = createError<[string, { cause: unknown }?]>('CHAPKIT_ERR_MIGRATION', '%s')

/** The table of an entity does not fit its schema. */
export const InvalidTableError = createError<[string]>('CHAPKIT_ERR_INVALID_TABLE', '%s')
