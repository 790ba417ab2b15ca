import { readFile, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { ApiKeyFileError, NoApiKeysError } from '../errors.ts'
import { type ConfiguredKey, parseKeyFile } from './parse-keys.ts'

/** A key file as it was read. */
export interface KeyFile {
  readonly keys: readonly ConfiguredKey[]
  /** Whether the last line has a line end. Where it has none, somebody may still be writing. */
  readonly ended: boolean
}

/** Bytes: room for a million keys. What is larger is another file, named by mistake. */
const MAX_SIZE = 64 * 1024 * 1024

const UNREADABLE: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: notFound,
  ENOTDIR: notFound,
  EISDIR: (path) => `API key file is a folder: ${path}. Name the file in it.`,
  EACCES: (path) => `API key file cannot be read: ${path}. Let the user that runs the service read it.`,
}

/**
 * Reads a file of keys: UTF-8, with or without a byte order mark, one key a line.
 *
 * @throws CHAPKIT_ERR_API_KEY_FILE when it is missing, a folder or a pipe, unreadable, over 64 MiB or not UTF-8.
 * @throws CHAPKIT_ERR_NO_API_KEYS when it holds no key.
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  await assertFile(path)
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const code = String(error.code)
    throw new ApiKeyFileError(UNREADABLE[code]?.(path) ?? `API key file cannot be read: ${path} (${code}).`)
  })
  const text = decode(bytes, path)
  const keys = parseKeyFile(text)
  if (keys.length === 0) {
    throw new NoApiKeysError(
      `No API keys configured. The API key file ${path} holds none: write one a line. Lines that start with # are comments.`,
    )
  }
  return { keys, ended: /[\r\n]$/.test(text) }
}

/** Reading a pipe could wait for ever, and reading a device never end. */
async function assertFile(path: string): Promise<void> {
  // What else is wrong with it, reading tells.
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined || stats.isDirectory()) return
  if (!stats.isFile()) {
    throw new ApiKeyFileError(
      `API key file is a pipe or a device: ${path}. Name a file, which can be read again.`,
    )
  }
  if (stats.size > MAX_SIZE) {
    throw new ApiKeyFileError(
      `API key file is larger than 64 MiB: ${path}. Write one key a line, and nothing else.`,
    )
  }
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ApiKeyFileError(`API key file is not UTF-8 text: ${path}. Save it as UTF-8, one key a line.`)
  }
}

function notFound(path: string): string {
  const hint = isAbsolute(path) ? '' : ` (in ${process.cwd()}; give an absolute path)`
  return `API key file not found: ${path}${hint}`
}
