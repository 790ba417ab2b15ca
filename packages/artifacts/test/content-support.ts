import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { type App, PATH } from './service.ts'

/** Sizes of the tests, in bytes: content of `SMALL` is in the database, of `LARGE` in a file. */
export const INLINE = 1000
export const SMALL = Buffer.from('0123456789')
export const LARGE = randomBytes(200_000)

/** Options of a service whose content beyond `INLINE` is in a folder. */
export const withFolder = (contentDir: string) => ({
  contentDir,
  inlineContentSize: INLINE,
  maxContentSize: 1_000_000,
})

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
export const tagOf = (bytes: Uint8Array): string => `"${sha256(bytes)}"`

export const files = (folder: string): string[] => readdirSync(folder)

/** PUTs content. */
export function upload(app: App, id: string, payload: Buffer, headers: Record<string, string> = {}) {
  return app.inject({ method: 'PUT', url: `${PATH}/${id}/$content`, payload, headers })
}

/** GETs content. */
export function download(
  app: App,
  id: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'HEAD' = 'GET',
) {
  return app.inject({ method, url: `${PATH}/${id}/$download`, headers })
}
