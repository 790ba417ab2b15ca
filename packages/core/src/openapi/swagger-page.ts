import { HIDDEN, sendPage } from '../pages/page.ts'
import { ownAsset, packageAsset, serveAsset } from '../pages/serve-asset.ts'
import type { ServiceApp } from '../service-module.ts'
import { viewerPage } from './viewer-page.ts'

const PATH = '/docs'
const STYLES = ['swagger-ui.css', 'viewer.css']
const SCRIPTS = ['load-document.js', 'swagger-ui-bundle.js', 'docs.js']
const POLICY = { 'script-src': "'self'", 'style-src': "'self'", 'connect-src': "'self'" }

/** Swagger UI at `/docs`. A key that is typed into it stays in the memory of the page, and is gone with it. */
export function swaggerPage(app: ServiceApp): void {
  const title = `${app.kernel.info.display_name} – API`
  const page = viewerPage({ path: PATH, title, styles: STYLES, scripts: SCRIPTS })
  app.get(PATH, HIDDEN, (_request, reply) => sendPage(reply, page, POLICY))
  for (const name of [...STYLES, ...SCRIPTS]) {
    const isTheirs = name.startsWith('swagger-ui')
    serveAsset(
      app,
      PATH,
      name,
      isTheirs ? packageAsset(`@fastify/swagger-ui/static/${name}`) : ownAsset(name),
    )
  }
}
