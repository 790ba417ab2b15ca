import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { DOCUMENT_PATH } from '../openapi/open-api.ts'
import { HIDDEN, sendPage } from '../pages/page.ts'
import type { ServiceApp, ServiceModule } from '../service-module.ts'
import type { AppManifestEntry } from '../static-apps/manifest.ts'
import { landingHtml, type LandingLink } from './landing-html.ts'
import { LANDING_STYLE } from './landing-style.ts'

const LINKS: readonly LandingLink[] = [
  { path: '/docs', title: 'API explorer', text: 'Try the operations, with Swagger UI' },
  { path: '/redoc', title: 'API reference', text: 'Read about them, with ReDoc' },
  { path: DOCUMENT_PATH, title: 'OpenAPI document', text: 'For tools and generated clients' },
  { path: '/health', title: 'Health', text: 'State of the service and its checks' },
]

const POLICY = { 'style-src': `'sha256-${createHash('sha256').update(LANDING_STYLE).digest('base64')}'` }

/**
 * A page at `/` that says what the service is and leads to its documentation and apps. A static app at `/`, or a route of
 * the service's own, takes its place.
 */
export function landingPage(): ServiceModule {
  return {
    name: 'landing-page',
    order: 'late',
    after: ['apps'],
    plugin(app) {
      if (app.hasRoute({ method: 'GET', url: '/' })) return
      let page: string | undefined
      const send = (_request: unknown, reply: FastifyReply) => sendPage(reply, (page ??= render(app)), POLICY)
      app.get('/', HIDDEN, send)
      app.get('/index.html', HIDDEN, send)
    },
  }
}

function render(app: ServiceApp): string {
  const { info, apps } = app.kernel
  const links = LINKS.filter(({ path }) => app.hasRoute({ method: 'GET', url: path }))
  return landingHtml(info, links, apps.map(appLink))
}

function appLink({ name, version, prefix, description }: AppManifestEntry): LandingLink {
  return { path: prefix.replace(/\/?$/, '/'), title: name, text: description ?? `Version ${version}` }
}
