import createError from '@fastify/error'

/** `withRateLimit({ perRoute })` names a route that the service does not have. */
export const UnknownRouteError = createError<[string]>('CHAPKIT_ERR_UNKNOWN_ROUTE', '%s')
