import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '@chapkit/core'

type Conditions = Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>

/**
 * Refuses a write when the content is not the one that `If-Match` names, or is there although `If-None-Match: *` says that it
 * must not be (RFC 9110, section 13.1).
 *
 * @param tag - Entity tag of the present content; undefined when there is none.
 * @throws Problem precondition-failed (412)
 */
export function checkConditions(headers: Conditions, tag: string | undefined): void {
  checkMatch(headers, tag)
  const { 'if-match': match, 'if-none-match': noneMatch } = headers
  if (match === undefined && noneMatch !== undefined && lists(noneMatch, tag, 'weakly')) {
    throw new Problem('precondition-failed', 'The artifact has such content already.')
  }
}

/** @throws Problem precondition-failed (412) when the content is not the one that `If-Match` names. */
export function checkMatch({ 'if-match': match }: Conditions, tag: string | undefined): void {
  if (match === undefined || lists(match, tag)) return
  throw new Problem(
    'precondition-failed',
    'The content is not the one that you expect; ask for its entity tag (HEAD …/$download) and repeat the request with it.',
  )
}

/** Whether a reader has this content already (`If-None-Match`). */
export function isKnown(headers: Conditions, tag: string): boolean {
  const { 'if-none-match': noneMatch } = headers
  return noneMatch !== undefined && lists(noneMatch, tag, 'weakly')
}

/** Whether a range may be served: `If-Range` is missing, or names this very content. Dates name none. */
export function allowsRange(header: string | undefined, tag: string): boolean {
  return header === undefined || header.trim() === tag
}

function lists(
  header: string,
  tag: string | undefined,
  comparison: 'strongly' | 'weakly' = 'strongly',
): boolean {
  if (tag === undefined) return false
  if (header.trim() === '*') return true
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? []
  return tags.some((one) => one === tag || (comparison === 'weakly' && one === `W/${tag}`))
}
