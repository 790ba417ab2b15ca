import { html, type Html } from '../pages/html.ts'
import { pageHead } from '../pages/page.ts'
import { assetUrl } from '../pages/serve-asset.ts'
import { DOCUMENT_PATH } from './open-api.ts'

/** A page whose scripts show the OpenAPI document. */
export interface ViewerPage {
  readonly path: string
  readonly title: string
  readonly styles: readonly string[]
  readonly scripts: readonly string[]
}

/** HTML of such a page. There is no script in it: what scripts need to know is in the `data-` attributes of `#page`. */
export function viewerPage({ path, title, styles, scripts }: ViewerPage): string {
  const style = (name: string): Html => html`<link rel="stylesheet" href="${assetUrl(path, name)}" />`
  const script = (name: string): Html => html`<script src="${assetUrl(path, name)}" defer></script>`
  return html`<!doctype html>
    <html lang="en">
      <head>
        ${pageHead(title)} ${styles.map(style)}
      </head>
      <body>
        <main id="page" data-document="${DOCUMENT_PATH}">
          <noscript>This page needs JavaScript; the document itself is at ${DOCUMENT_PATH}.</noscript>
        </main>
        ${scripts.map(script)}
      </body>
    </html>`.toString()
}
