import { readFile } from 'node:fs/promises'
import { HIDDEN, sendPage } from '../pages/page.ts'
import { assetOptions, ownAsset, packageAsset, serveAsset } from '../pages/serve-asset.ts'
import type { ServiceApp } from '../service-module.ts'
import { viewerPage } from './viewer-page.ts'

const PATH = '/redoc'
const STYLES = ['viewer.css']
const BUNDLE = 'redoc.standalone.js'
const SCRIPTS = ['load-document.js', BUNDLE, 'redoc.js']
const FOREIGN_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg'
const NO_LOGO = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg"/>')}`

const POLICY = {
  'script-src': "'self'",
  // ReDoc makes two style elements: an empty one, which it fills through the CSSOM, and one for its scroll bars. These are
  // their hashes, of redoc 2.5.4.
  'style-src':
    "'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
  'connect-src': "'self'",
  // Its search runs in a worker that it makes of a string.
  'worker-src': 'blob:',
}

/** ReDoc at `/redoc`. */
export function redocPage(app: ServiceApp): void {
  const title = `${app.kernel.info.display_name} – API reference`
  const page = viewerPage({ path: PATH, title, styles: STYLES, scripts: SCRIPTS })
  app.get(PATH, HIDDEN, (_request, reply) => sendPage(reply, page, POLICY))
  for (const name of [...STYLES, ...SCRIPTS]) {
    if (name !== BUNDLE) serveAsset(app, PATH, name, ownAsset(name))
  }

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
