import { type InputCheck, inputCheck } from '@chapkit/data'
import type { FastifyInstance } from 'fastify'
import type { ArtifactInput } from './artifact.ts'
import { artifactInputSchema } from './schema.ts'

/** The check of what is to become an artifact. Faults are shown at the places where clients know them. */
export function artifactCheck(app: FastifyInstance): InputCheck {
  const wire = inputCheck(app, artifactInputSchema, 'artifact', 'withArtifacts()')
  return {
    check: (input) => rename(wire.check(rename(input, 'parentId', 'parent_id')), 'parent_id', 'parentId'),
    complete: () => undefined,
  }
}

/** What a client sent, as the manager takes it. What is no object is left for the check to refuse. */
export function fromWire(body: unknown): ArtifactInput {
  return rename(body, 'parent_id', 'parentId') as unknown as ArtifactInput
}

/** Ids are kept in upper case, however they were sent. */
function rename(value: unknown, from: string, to: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value as never
  const { [from]: id, [to]: _other, ...members } = value as Record<string, unknown>
  if (id === undefined) return members
  return { ...members, [to]: typeof id === 'string' ? id.toUpperCase() : id }
}
