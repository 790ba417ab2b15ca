import { Html, html } from '../pages/html.ts'
import { pageHead } from '../pages/page.ts'
import type { WireServiceInfo } from '../service-info.ts'
import { LANDING_STYLE } from './landing-style.ts'

/** A link of the landing page. */
export interface LandingLink {
  readonly path: string
  readonly title: string
  readonly text: string
}

/** HTML of the landing page. It is made on the server: complete without a further request, and without a key. */
export function landingHtml(
  info: WireServiceInfo,
  links: readonly LandingLink[],
  apps: readonly LandingLink[],
): string {
  const { display_name: name, version, summary, description } = info
  return html`<!doctype html>
    <html lang="en">
      <head>
        ${pageHead(name)} ${when(summary, (text) => html`<meta name="description" content="${text}" />`)}
        ${STYLE}
      </head>
      <body>
        <main>
          <p class="version">Version ${version}</p>
          <h1>${name}</h1>
          ${when(summary, (text) => html`<p class="summary">${text}</p>`)}
          ${when(description === summary ? null : description, (text) => html`<p class="description">${text}</p>`)}
          <ul class="links">
            ${links.map(card)}
          </ul>
          ${
            apps.length > 0
              ? html`<h2>Apps</h2>
                  <ul>
                    ${apps.map(card)}
                  </ul>`
              : ''
          }
        </main>
        <footer>${when(info.contact, contactLine)} ${when(info.license_info, licenseLine)}</footer>
      </body>
    </html> `.toString()
}

const STYLE = new Html(`<style>${LANDING_STYLE}</style>`)

function card({ path, title, text }: LandingLink): Html {
  return html`<li>
    <a href="${path}"><strong>${title}</strong><span>${text}</span><code>${path}</code></a>
  </li>`
}

function contactLine({ name, email, url }: NonNullable<WireServiceInfo['contact']>): Html {
  const mail = when(email, (address) => html`<a href="mailto:${address}">${address}</a>`)
  return html`<p>
    Contact: ${when(name, (text) => html`<span>${text}</span>`)} ${mail}
    ${when(url, (address) => webLink(address, address))}
  </p>`
}

function licenseLine({ name, url }: NonNullable<WireServiceInfo['license_info']>): Html {
  return html`<p>License: ${url === undefined ? name : webLink(url, name)}</p>`
}

/** A link, unless the URL is of a kind that a page must not lead to (`javascript:`). */
function webLink(url: string, text: string): Html {
  return /^https?:\/\//i.test(url) ? html`<a href="${url}" rel="noreferrer">${text}</a>` : html`${text}`
}

function when<Value>(value: Value | null | undefined, render: (value: Value) => Html): Html | string {
  return value === null || value === undefined ? '' : render(value)
}
