import type { Readable } from 'node:stream'
import { Problem } from '@chapkit/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { missingContent } from '../problems.ts'
import { type ByteRange, parseRange } from './byte-range.ts'
import { allowsRange, checkMatch, isKnown } from './conditions.ts'
import { type Content, contentTag } from './content.ts'
import type { ContentStore } from './content-store.ts'
import type { OpenContent } from './open-content.ts'

/**
 * Sends the content of an artifact: in whole, one range of it, or not at all when the client has it. Whatever it is, a browser
 * stores it and runs none of it: stored HTML would have the origin of the service.
 */
export async function sendContent(
  request: FastifyRequest,
  reply: FastifyReply,
  { contents, id }: { readonly contents: ContentStore; readonly id: string },
): Promise<FastifyReply> {
  const known = await contents.find(id)
  if (!known) throw missingContent(id)
  describe(reply, known, id)
  checkMatch(request.headers, contentTag(known))
  if (isKnown(request.headers, contentTag(known))) return reply.code(304).send()
  // A range is for GET alone (RFC 9110, section 14.2).
  if (request.method === 'HEAD') return sendHead(reply, known)

  const opened = await contents.open(id)
  if (!opened) throw missingContent(id)
  const { content } = opened
  describe(reply, content, id)
  const { range: asked, 'if-range': ifRange } = request.headers
  const range = allowsRange(String(ifRange ?? contentTag(content)), contentTag(content))
    ? parseRange(asked, content.size)
    : undefined
  if (range === 'unsatisfiable') {
    await opened.close()
    throw unsatisfiable(reply, content.size)
  }
  reply.type(content.mediaType)
  if (!range) return reply.header('content-length', content.size).send(bytesOf(opened, request))
  const { start, end } = range
  return reply
    .code(206)
    .header('content-range', `bytes ${start}-${end}/${content.size}`)
    .header('content-length', end - start + 1)
    .send(bytesOf(opened, request, range))
}

/**
 * The bytes, given up when the client goes. Fastify sees that only of the answer whose turn it is: behind it may wait more, to
 * requests that came over the same connection at once, and each of them has a file open.
 */
function bytesOf(opened: OpenContent, { raw }: FastifyRequest, range?: ByteRange): Readable {
  const bytes = opened.read(range)
  if (raw.destroyed) bytes.destroy()
  else raw.once('close', () => bytes.destroy())
  return bytes
}

function sendHead(reply: FastifyReply, { mediaType, size }: Content): FastifyReply {
  return reply.type(mediaType).header('content-length', size).send()
}

function describe(reply: FastifyReply, content: Content, id: string): void {
  reply.headers({
    etag: contentTag(content),
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': `attachment; filename="${id}"`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  })
}

function unsatisfiable(reply: FastifyReply, size: number): Problem {
  reply.removeHeader('content-disposition')
  return new Problem('range-not-satisfiable', `The content has ${size} bytes: ask for some of these.`, {
    headers: { 'content-range': `bytes */${size}` },
  })
}
