import createError from '@fastify/error'

/** The database holds configs of one name from before, and names are to be unique now. */
export const DuplicateNamesError = createError<[string]>('CHAPKIT_ERR_DUPLICATE_NAMES', '%s')
