import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../problems/problem.ts'

/** Nesting that a JSON body may have. What is deeper would overflow the stack where it is written out again. */
export const MAX_JSON_DEPTH = 512

const JSON_MEDIA_TYPES = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i

/**
 * Reads JSON bodies of every `+json` type, and no others: what is not JSON gets 415.
 *
 * `JSON.parse` makes `__proto__` an ordinary own member, which is harmless as long as nobody merges the body into another
 * object by assignment; nothing here does. So such data comes back as it was sent.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(JSON_MEDIA_TYPES, { parseAs: 'buffer' }, (request, body, done) => {
    try {
      // Many clients name a type even where they send nothing, with DELETE for example.
      const nothing = body.length === 0 && request.routeOptions.schema?.body === undefined
      done(null, nothing ? undefined : parseJson(decode(body as Buffer)))
    } catch (error) {
      done(error as Problem)
    }
  })
}

/** What is not UTF-8 would be stored as something else than was sent (RFC 8259, section 8.1). */
function decode(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw malformed('The body is not UTF-8 text.')
  return bytes.toString('utf8')
}

function parseJson(text: string): unknown {
  if (text.length === 0) throw malformed('The body is empty; send a JSON document.')
  let value: unknown
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    // The parser's own message quotes the body, which may hold a secret.
    throw malformed('The body is not valid JSON.')
  }
  if (isTooDeep(text)) throw malformed(`The body is nested more than ${MAX_JSON_DEPTH} levels deep.`)
  return value
}

function malformed(detail: string): Problem {
  return new Problem('validation-failed', detail, { extensions: { errors: [{ pointer: '', detail }] } })
}

/** Counts brackets outside strings; the text is known to be valid JSON. */
function isTooDeep(text: string): boolean {
  if (text.length < 2 * MAX_JSON_DEPTH) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === QUOTE) at = endOfString(text, at)
    else if (char === OPEN_BRACKET || char === OPEN_BRACE) {
      if (++depth > MAX_JSON_DEPTH) return true
    } else if (char === CLOSE_BRACKET || char === CLOSE_BRACE) depth--
  }
  return false
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}

const QUOTE = 34
const BACKSLASH = 92
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
