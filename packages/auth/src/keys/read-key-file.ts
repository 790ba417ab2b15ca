import { readFile, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { ApiKeyFileError, NoApiKeysError } from '../errors.ts'
import { isCutGeneratedKey, isGeneratedKey } from './generated-key.ts'
import { toKeyRecords } from './key-file-schema.ts'
import type { KeyRecord } from './key-record.ts'
import { parseJsonKeys } from './parse-json-keys.ts'
import { type ConfiguredKey, parseKeyFile } from './parse-keys.ts'

/** A key file as it was read. */
export interface KeyFile {
  readonly records: readonly KeyRecord[]
  /**
   * `open`: the last line has no end, so somebody may still be writing. `cut`: what is more, it is the beginning of a
   * generated key.
   */
  readonly end: 'whole' | 'open' | 'cut'
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
 * Reads a file of keys: UTF-8, with or without a byte order mark; one key a line, or JSON when it begins with `{`.
 *
 * @throws CHAPKIT_ERR_API_KEY_FILE when it is missing, a folder or a pipe, unreadable, over 64 MiB, not UTF-8 or wrong JSON.
 * @throws CHAPKIT_ERR_NO_API_KEYS when it holds no key, CHAPKIT_ERR_API_KEY_CHECKSUM for a key in JSON that was mistyped.
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const text = await readKeyText(path)
  if (isJsonKeys(text)) {
    const records = toKeyRecords(parseJsonKeys(text, path))
    assertKeys(records, path, 'make one with `chapkit keys generate`.')
    return { records, end: 'whole' }
  }
  const records = parseKeyFile(text)
  assertKeys(records, path, 'write one a line. Lines that start with # are comments.')
  return { records, end: endOf(text, records) }
}

/** Whether this is a key file of JSON, and not one of lines. */
export function isJsonKeys(text: string): boolean {
  return text.trimStart().startsWith('{')
}

/**
 * The text of a file of keys.
 *
 * @throws CHAPKIT_ERR_API_KEY_FILE when it is missing, a folder or a pipe, unreadable, over 64 MiB or not UTF-8.
 */
export async function readKeyText(path: string): Promise<string> {
  await assertFile(path)
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const code = String(error.code)
    throw new ApiKeyFileError(UNREADABLE[code]?.(path) ?? `API key file cannot be read: ${path} (${code}).`)
  })
  return decode(bytes, path)
}

function assertKeys(records: readonly KeyRecord[], path: string, hint: string): void {
  if (records.length > 0) return
  throw new NoApiKeysError(`No API keys configured. The API key file ${path} holds none: ${hint}`)
}

/** Without a line end, a last key that begins as the generated ones beside it and is shorter was not written to its end. */
function endOf(text: string, records: readonly ConfiguredKey[]): KeyFile['end'] {
  if (/[\r\n]$/.test(text)) return 'whole'
  const others = records.map(({ key }) => key)
  const last = others.pop() as string
  return others.length > 0 && others.every(isGeneratedKey) && isCutGeneratedKey(last) ? 'cut' : 'open'
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
