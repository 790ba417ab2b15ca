import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuthOptions } from 'chapkit'

/** Where the service keeps its database and its development key. */
export const dataFolder = process.env['DATA_DIR'] ?? join(import.meta.dirname, 'data')
mkdirSync(dataFolder, { recursive: true })

const file = join(dataFolder, 'development-key')
const { CHAPKIT_API_KEYS: keys, CHAPKIT_API_KEY_FILE: keyFile } = process.env

/** Keys come from the environment where it has some, else from a key of this machine's own, made at the first start. */
export function keySource(): AuthOptions {
  if (keys || keyFile) return {}
  if (!existsSync(file)) {
    writeFileSync(file, `sk_dev_${randomBytes(16).toString('hex')}\n`, { mode: 0o600 })
  }
  return { apiKeyFile: file }
}

/** The key for a curl line. Only the development key is spelled out: keys of the environment stay where they are. */
export function keyForShell(): string {
  if (keyFile) return '$(grep -v "^#" "$CHAPKIT_API_KEY_FILE" | head -n 1)'
  if (keys) return '${CHAPKIT_API_KEYS%%,*}'
  return readFileSync(file, 'utf8').trim()
}
