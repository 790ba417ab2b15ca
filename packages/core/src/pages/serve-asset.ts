import { createRequire } from 'node:module'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { sendFile } from '../static-apps/send-file.ts'
import type { ServiceApp } from '../service-module.ts'
import { HIDDEN } from './page.ts'

const require = createRequire(import.meta.url)
const { version } = require('../../package.json') as { version: string }

/** Path of a file that this package serves itself: those in `assets/`. */
export function ownAsset(name: string): string {
  return fileURLToPath(new URL(`../../assets/${name}`, import.meta.url))
}

/** Path of a file in a package that this one depends on. */
export function packageAsset(path: string): string {
  return require.resolve(path)
}

/** URL of a page's asset. Files of npm packages all have the same date, so the version tells apart those of equal size. */
export function assetUrl(page: string, name: string): string {
  return `${page}/assets/${name}?v=${version}`
}

/** Options of the route of a page's asset: it has the access of that page. */
export function assetOptions(page: string) {
  return { ...HIDDEN, config: { partOf: page } }
}

/** Serves one file that a page loads. */
export function serveAsset(app: ServiceApp, page: string, name: string, file: string): void {
  app.get(`${page}/assets/${name}`, assetOptions(page), async (_request, reply) => {
    reply.header('cache-control', 'no-cache')
    return sendFile(reply, file, await stat(file))
  })
}
