import createError from '@fastify/error'

/*
 * Faults of whoever configures a service, found while it starts. None of these texts holds a key. What a client is told
 * is a problem document instead: see request-hook.ts.
 */

/** No source gave a key. */
export const NoApiKeysError = createError<[string]>('CHAPKIT_ERR_NO_API_KEYS', '%s')

/** The API key file is missing, a folder, unreadable or not text. */
export const ApiKeyFileError = createError<[string]>('CHAPKIT_ERR_API_KEY_FILE', '%s')

/** A key of the shape that {@link generateApiKey} makes was mistyped or cut. */
export const ApiKeyChecksumError = createError<[string]>('CHAPKIT_ERR_API_KEY_CHECKSUM', '%s')

/** `unauthenticatedPaths` names a path that no route has. */
export const UnknownPathError = createError<[string]>('CHAPKIT_ERR_UNKNOWN_PATH', '%s')

/** A route was registered in a way that the key check does not see. */
export const UnguardedRouteError = createError<[string]>('CHAPKIT_ERR_UNGUARDED_ROUTE', '%s')
