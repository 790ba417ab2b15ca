import createError from '@fastify/error'

/*
 * Faults of the developer, found while a service is put together or started. What a client of the service is told
 * is a problem document instead: see problems/.
 */

/** An option of the builder or of a module is unknown, missing or of the wrong kind. */
export const InvalidOptionError = createError<[string]>('CHAPKIT_ERR_INVALID_OPTION', '%s', 500, TypeError)

/** A module is missing, given twice, or part of a cycle. */
export const CompositionError = createError<[string]>('CHAPKIT_ERR_COMPOSITION', '%s')

/** A static app cannot be served: its folder or its manifest.json is wrong. */
export const InvalidAppError = createError<[string]>('CHAPKIT_ERR_INVALID_APP', '%s')

/** `plugin()` was registered on an instance on which the service would be weaker than one of `build()`. */
export const UnsafeInstanceError = createError<[string]>('CHAPKIT_ERR_UNSAFE_INSTANCE', '%s')

/** The service cannot listen on the address it was given. */
export const ListenError = createError<[string]>('CHAPKIT_ERR_LISTEN', '%s')

/** Under WORKERS, the other process is gone, or does not answer. */
export const WorkerLinkError = createError<[string]>('CHAPKIT_ERR_WORKER_LINK', '%s')
