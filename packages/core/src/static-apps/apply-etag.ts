import type { IncomingHttpHeaders } from 'node:http'

/** What the conditions of a request say about an entity tag. */
export interface EtagVerdict {
  /** The client has this version: 304. */
  readonly unchanged: boolean
  /** The client wants another version: 412. */
  readonly preconditionFailed: boolean
  /** The headers that are left to look at: those about dates and ranges. */
  readonly headers: IncomingHttpHeaders
}

/**
 * Evaluates the conditions of a request that are about an entity tag, and takes them out of its headers, together with what
 * they overrule (RFC 9110, section 13.2.2). @fastify/send does this for its own tags only, and these are weak.
 */
export function applyEtag(request: IncomingHttpHeaders, etag: string): EtagVerdict {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, 'if-range': ifRange, ...headers } = request
  if (ifMatch !== undefined) delete headers['if-unmodified-since']
  if (ifNoneMatch !== undefined) delete headers['if-modified-since']
  // A date is left to be compared; a tag either lets the range be, or takes it away.
  const range = String(ifRange ?? '')
  if (!range.includes('"')) Object.assign(headers, ifRange === undefined ? {} : { 'if-range': ifRange })
  else if (range.trim() !== etag) delete headers.range
  return {
    preconditionFailed: ifMatch !== undefined && !lists(ifMatch, etag),
    unchanged: ifNoneMatch !== undefined && lists(ifNoneMatch.replaceAll('W/', ''), etag),
    headers,
  }
}

function lists(header: string, etag: string): boolean {
  return header.split(',').some((one) => one.trim() === '*' || one.trim() === etag)
}
