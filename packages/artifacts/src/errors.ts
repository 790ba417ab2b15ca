import createError from '@fastify/error'

/** The folder of `withArtifacts({ contentDir })` cannot be made or written to. */
export const ContentFolderError = createError<[string, { cause: unknown }?]>(
  'CHAPKIT_ERR_CONTENT_FOLDER',
  '%s',
)

/** Code of a service wants links between artifacts and configs, which are turned off. */
export const ConfigLinkingError = createError<[string]>('CHAPKIT_ERR_CONFIG_LINKING', '%s')
