import type { FastifyReply } from 'fastify'
import { html, type Html } from './html.ts'

/** Options of a route that is part of no document: the pages and what they load. */
export const HIDDEN = { schema: { hide: true } } as const

/** What a page may do beside showing its own HTML; each value is a list of sources (CSP, level 3). */
export type PagePolicy = Readonly<Record<string, string>>

const BASE_POLICY: PagePolicy = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'self'",
  'img-src': 'data:',
}

/** Sends a page with a Content-Security-Policy that allows what `policy` names and nothing else. */
export function sendPage(reply: FastifyReply, page: string, policy: PagePolicy): FastifyReply {
  const directives = Object.entries({ ...BASE_POLICY, ...policy })
  return reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': directives.map((directive) => directive.join(' ')).join('; '),
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(page)
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/><path d="M21 11.5a7 7 0 1 0 0 9" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>`

/** First lines of every page's head. The icon is inline, so that no browser asks for /favicon.ico. */
export function pageHead(title: string): Html {
  return html`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}" />`
}
