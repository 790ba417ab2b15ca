import type { IncomingMessage } from 'node:http'

const ESCAPES = /(?:%[0-9a-f]{2})+/gi
const MALFORMED_ESCAPE = /%(?![0-9a-f]{2})/gi

/**
 * Path of a request for people and machines that read logs and problems: decoded, without the query, without the
 * scheme and host of an absolute-form target (RFC 9112, section 3.2.2), and without tabs and line ends, as URL parsers
 * drop them. Never used to decide about access: the matched route does that.
 */
export function requestPath(target: string): string {
  let path = target
  if (!path.startsWith('/')) path = path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '') || '/'
  const query = path.indexOf('?')
  if (query >= 0) path = path.slice(0, query)
  return path.includes('%') ? decodePercent(path).replace(/[\t\n\r]/g, '') : path
}

/** The target of a request to a server, which always has one. */
export function requestTarget(request: Pick<IncomingMessage, 'url'>): string {
  return request.url as string
}

/** The query of a request target as it was sent, without its `?`; null when there is none. */
export function requestQuery(target: string): string | null {
  const at = target.indexOf('?')
  return at < 0 || at === target.length - 1 ? null : target.slice(at + 1)
}

/**
 * Makes a target routable whatever its percent-encoding: `%24` is the `$` of our operations (RFC 3986, section 6.2.2.2),
 * `%zz` is read as these three characters, bytes that are not UTF-8 as U+FFFD. So such a request goes the way of all
 * others (hooks, key check, log), where Fastify would answer it itself before any hook.
 */
export function repairTarget(request: Pick<IncomingMessage, 'url'>): string {
  const target = requestTarget(request)
  if (!target.includes('%')) return target
  const wellFormed = target.replaceAll('%24', '$').replace(MALFORMED_ESCAPE, '%25')
  try {
    decodeURIComponent(wellFormed)
    return wellFormed
  } catch {
    return wellFormed.replace(ESCAPES, (run) => (isDecodable(run) ? run : encodeURIComponent(decodeRun(run))))
  }
}

function isDecodable(run: string): boolean {
  try {
    decodeURIComponent(run)
    return true
  } catch {
    return false
  }
}

/** Decodes percent-encoding; what is malformed stays as it is, bytes that are not UTF-8 become U+FFFD. */
export function decodePercent(text: string): string {
  return text.replace(ESCAPES, decodeRun)
}

function decodeRun(run: string): string {
  return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8')
}
