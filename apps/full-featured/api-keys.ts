import { type AuthOptions, generateApiKey } from 'chapkit'

const { CHAPKIT_API_KEYS: keys, CHAPKIT_API_KEY_FILE: keyFile, FAILURE_LIMIT: failureLimit } = process.env

/** A key for a start without any: it is told to whoever started the service, and gone with the process. */
export const developmentKey = keys || keyFile ? undefined : generateApiKey('dev')

/** Keys come from the environment where it has some; FAILURE_LIMIT is for tools that send many wrong ones. */
export function keySource(): AuthOptions {
  return { ...(developmentKey !== undefined && { apiKeys: [developmentKey] }), failureLimit }
}
