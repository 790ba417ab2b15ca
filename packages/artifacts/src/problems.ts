import { Problem } from '@chapkit/core'

/** What a client is told of an artifact that is not there, when it asks for more than the artifact itself. */
export function missingArtifact(id: string): Problem {
  return new Problem('not-found', `Artifact with id ${id} not found`)
}

/** What a client is told of an artifact that has no content. */
export function missingContent(id: string): Problem {
  return new Problem('not-found', `The artifact with id ${id} has no content`)
}
