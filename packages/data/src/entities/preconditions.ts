import { Problem } from '@chapkit/core'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** The entity tag of a version (RFC 9110, section 8.8.3). */
export function entityTag(version: string): string {
  return `"${version}"`
}

/**
 * The versions on which a write may be done, of `If-Match` (RFC 9110, section 13.1.1); undefined for any. Weak tags match none.
 *
 * @throws Problem bad-request (400) for what is no list of entity tags.
 */
export function readIfMatch({ headers }: FastifyRequest): readonly string[] | undefined {
  const text = headers['if-match']
  if (text === undefined || text.trim() === '*') return undefined
  return parseTags(text)
    .filter(({ isWeak }) => !isWeak)
    .map(({ value }) => value)
}

/**
 * Sets the entity tag, and tells whether the client has this version already, by `If-None-Match` (RFC 9110, section 13.1.2).
 * What is no entity tag there matches nothing: at worst the client gets again what it has.
 */
export function isNotModified(request: FastifyRequest, reply: FastifyReply, version: string): boolean {
  const tag = entityTag(version)
  reply.header('etag', tag)
  const text = request.headers['if-none-match']
  if (text === undefined) return false
  return text.trim() === '*' || text.split(',').some((part) => part.trim().replace(/^W\//, '') === tag)
}

const TAG = /^\s*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*$/

function parseTags(text: string): { value: string; isWeak: boolean }[] {
  // No tag of ours has a comma in it, so one that is cut in two would not have matched either.
  return text.split(',').map((part) => {
    const [, weak, value] = TAG.exec(part) ?? []
    if (value === undefined) {
      throw new Problem('bad-request', 'If-Match must be a list of entity tags such as "01J…", or *.')
    }
    return { value, isWeak: weak !== undefined }
  })
}
