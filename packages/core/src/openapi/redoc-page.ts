import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { HIDDEN, sendPage } from '../pages/page.ts'
import { assetOptions, ownAsset, packageAsset, serveAsset } from '../pages/serve-asset.ts'
import type { ServiceApp } from '../service-module.ts'
import { viewerPage } from './viewer-page.ts'

const PATH = '/redoc'
const BUNDLE = 'redoc.standalone.js'
const OWN = ['viewer.css', 'load-document.js', 'redoc.js']
const FOREIGN_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg'
const NO_LOGO = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg"/>')}`

/** ReDoc at `/redoc`. */
export function redocPage(app: ServiceApp): void {
  const title = `${app.kernel.info.display_name} – API reference`
  app.get(PATH, HIDDEN, (_request, reply) => {
    // ReDoc makes its style elements while it runs. A nonce allows these, and is worth nothing if it can be guessed.
    const nonce = randomBytes(16).toString('base64')
    const page = viewerPage({
      path: PATH,
      title,
      styles: ['viewer.css'],
      scripts: ['load-document.js', BUNDLE, 'redoc.js'],
      nonce,
    })
    return sendPage(reply, page, {
      'script-src': "'self'",
      'style-src': `'self' 'nonce-${nonce}'`,
      'connect-src': "'self'",
      // Its search runs in a worker that it makes of a string.
      'worker-src': 'blob:',
    })
  })
  for (const name of OWN) serveAsset(app, PATH, name, ownAsset(name))

  // The bundle loads its maker's logo from the internet, wherever it runs; here it must not.
  let bundle: Promise<string> | undefined
  app.get(`${PATH}/assets/${BUNDLE}`, assetOptions(PATH), async (_request, reply) => {
    bundle ??= readFile(packageAsset(`redoc/bundles/${BUNDLE}`), 'utf8').then((text) =>
      text.replace(FOREIGN_LOGO, NO_LOGO),
    )
    return reply
      .headers({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'max-age=3600' })
      .send(await bundle)
  })
}
