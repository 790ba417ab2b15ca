import createError from '@fastify/error'

/** The routes of keys were asked for, and the keys are not in the service's database. */
export const KeyStoreError = createError<[string]>('CHAPKIT_ERR_KEY_STORE', '%s')
