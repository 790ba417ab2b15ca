import { faultsOf, type SchemaFault } from '@chapkit/core'
import { findNodeAtLocation, type JSONPath, type Node, type ParseError, parseTree } from 'jsonc-parser'
import type { Static } from 'typebox'
import { ApiKeyChecksumError, ApiKeyFileError } from '../errors.ts'
import { hashApiKey } from './digest.ts'
import { hasValidChecksum, isGeneratedKey } from './generated-key.ts'
import { ENTRY_PROPERTIES, type KeyFileEntry, KeyFileSchema } from './key-file-schema.ts'

/** What is wrong with a file, and where. */
interface Fault {
  readonly place: JSONPath
  /** Tells nothing of what stands there: it may be a key. */
  readonly sentence: string
  readonly checksum?: true
}

/**
 * Reads a key file of JSON: `{ "keys": [{ "id": "billing", "hash": "sha256:…" }] }`.
 *
 * @param path - Names the file in errors, which tell the line, and never what stands there.
 * @throws CHAPKIT_ERR_API_KEY_FILE for what is not JSON, not as the schema says, or there twice, and
 * CHAPKIT_ERR_API_KEY_CHECKSUM for a key that was mistyped.
 */
export function parseJsonKeys(text: string, path: string): KeyFileEntry[] {
  const content = parseJson(text, path)
  const [error] = faultsOf(KeyFileSchema, content)
  const entries = () => (content as Static<typeof KeyFileSchema>).keys
  const fault = error ? schemaFault(error) : faultAmong(entries())
  if (fault === undefined) return entries()
  const { offset } = findNodeAtLocation(parseTree(text) as Node, fault.place) as Node
  const message = `${path}, line ${lineAt(text, offset)}: ${fault.sentence}`
  throw fault.checksum ? new ApiKeyChecksumError(message) : new ApiKeyFileError(message)
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const errors: ParseError[] = []
    parseTree(text, errors, { disallowComments: true })
    const offset = Math.min(text.length, ...errors.map((error) => error.offset))
    throw new ApiKeyFileError(
      `${path}, line ${lineAt(text, offset)}: this is not JSON: a comma, quote or bracket is missing, or one too many.`,
    )
  }
}

function schemaFault(error: SchemaFault): Fault {
  const place = error.instancePath
    .split('/')
    .slice(1)
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment))
  if (error.keyword === 'additionalProperties') {
    const known =
      place.length === 0 ? "The file has 'keys' alone" : `A key has ${ENTRY_PROPERTIES.join(', ')}`
    const [unknown = ''] = error.params.additionalProperties
    return { place: [...place, unknown], sentence: `there is no property of this name. ${known}.` }
  }
  if (error.keyword === 'required') {
    return { place, sentence: `'${error.params.requiredProperties.join("', '")}' is missing.` }
  }
  const name = place.findLast((segment) => typeof segment === 'string')
  const which = typeof place.at(-1) === 'number' ? `an entry of '${name}'` : `'${name}'`
  return { place, sentence: `${which} ${error.message}.` }
}

function faultAmong(entries: readonly KeyFileEntry[]): Fault | undefined {
  const seen = new Set<string>()
  for (const [index, { id, key, hash }] of entries.entries()) {
    const place = ['keys', index]
    if (key === undefined && hash === undefined) return { place, sentence: "a key needs 'key' or 'hash'." }
    if (key !== undefined && hash !== undefined) {
      return { place: [...place, 'hash'], sentence: "a key has 'key' or 'hash', and not both." }
    }
    const text = key?.trim()
    if (text !== undefined && isGeneratedKey(text) && !hasValidChecksum(text)) {
      const sentence = 'this API key was mistyped or cut: its checksum is wrong. Copy it again, whole.'
      return { place: [...place, 'key'], sentence, checksum: true }
    }
    const identity = hash?.toLowerCase() ?? hashApiKey(String(text))
    if (seen.has(id)) return { place: [...place, 'id'], sentence: "another key has this 'id', too." }
    if (seen.has(identity)) return { place, sentence: 'this key is there twice.' }
    seen.add(id).add(identity)
  }
  return undefined
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length
}
