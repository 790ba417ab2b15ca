import type { Stats } from 'node:fs'
import { basename, dirname } from 'node:path'
import send from '@fastify/send'
import type { FastifyReply } from 'fastify'
import { Problem } from '../problems/problem.ts'
import { sendProblem } from '../problems/send-problem.ts'
import { applyEtag } from './apply-etag.ts'

/**
 * Sends a file: with its type, its date and a strong entity tag, in whole, in part (`Range`), or not at all when the client
 * has it (`If-None-Match`, `If-Modified-Since`).
 *
 * @param stats - What the file system says of it.
 */
export async function sendFile(reply: FastifyReply, file: string, stats: Stats): Promise<FastifyReply> {
  const etag = entityTag(stats)
  const { unchanged, preconditionFailed, headers } = applyEtag(reply.request.headers, etag)
  if (preconditionFailed) return sendProblem(reply, problemFor(412, stats))
  if (unchanged) return reply.code(304).header('etag', etag).send()

  // Of the request it reads these two members only.
  const request = { method: reply.request.method, headers } as unknown as Parameters<typeof send>[0]
  const result = await send(request, `/${encodeURIComponent(basename(file))}`, {
    root: dirname(file),
    dotfiles: 'allow',
    index: false,
    etag: false,
    cacheControl: false,
  })
  if (result.type !== 'file') return sendProblem(reply, problemFor(result.statusCode, stats))
  const { 'Content-Type': type, ...others } = result.headers
  // RFC 9239 made text/javascript the one type of scripts.
  if (type !== undefined)
    reply.header('content-type', type.replace('application/javascript', 'text/javascript'))
  return reply.code(result.statusCode).headers(others).header('etag', etag).send(result.stream)
}

/** Another size or another time of change makes another tag. */
function entityTag({ size, mtimeMs }: Stats): string {
  return `"${Math.round(mtimeMs * 1000).toString(16)}${size.toString(16).padStart(10, '0')}"`
}

function problemFor(statusCode: number, { size }: Stats): Problem {
  if (statusCode === 412)
    return new Problem('precondition-failed', 'The file is not the one that you expect.')
  if (statusCode !== 416) return new Problem('not-found', 'There is nothing at this path.')
  // The recorded value, which lacks the unit `bytes` of RFC 9110, section 14.4.
  const headers = { 'content-range': `*/${size}` }
  return new Problem('range-not-satisfiable', `The file has ${size} bytes: ask for some of these.`, {
    headers,
  })
}
