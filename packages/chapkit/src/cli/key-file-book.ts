import { hashApiKey, isGeneratedKey, type KeyFileEntry, toKeyDetails } from '@chapkit/auth'
import { CommandFailure } from './failure.ts'
import type { BookedKey, KeyBook } from './key-book.ts'
import { readEntries, updateEntries } from './key-file.ts'

/** Keys in a key file. A file with one key a line can be read, and not changed. */
export function keyFileBook(path: string): KeyBook {
  return {
    place: path,
    async list() {
      return (await readEntries(path)).map(toBookedKey)
    },
    async add(key) {
      await updateEntries(path, 'may be new', (entries) => [...withoutTwin(entries, key), toEntry(key)])
    },
    async rotate(id, until, replacement) {
      await updateEntries(path, 'must exist', (entries) => {
        const old = find(entries, id, path)
        const { expiresAt = Infinity } = toKeyDetails(old)
        const ending = expiresAt <= until ? old : { ...old, expires_at: toTime(until) }
        const key = replacement(toBookedKey(old))
        return [...withoutTwin(entries, key).map((entry) => (entry === old ? ending : entry)), toEntry(key)]
      })
    },
    async revoke(id) {
      await updateEntries(path, 'must exist', (entries) => {
        const revoked = find(entries, id, path)
        const others = entries.filter((entry) => entry !== revoked)
        // A service takes a file without keys for a fault, and would go on with those that it has.
        return others.length > 0 ? others : [{ ...revoked, expires_at: toTime(Date.now()) }]
      })
    },
    close: () => Promise.resolve(),
  }
}

function find(entries: readonly KeyFileEntry[], id: string, path: string): KeyFileEntry {
  const found = entries.find((entry) => entry.id === id)
  if (found) return found
  const hint = `\`chapkit keys list --file ${path}\` lists the ids`
  throw new CommandFailure(`${path}: there is no key with this id; ${hint}.`)
}

/** The entries, of which none may have the id of the key. */
function withoutTwin(entries: readonly KeyFileEntry[], { id }: BookedKey): readonly KeyFileEntry[] {
  if (entries.every((entry) => entry.id !== id)) return entries
  throw new CommandFailure(
    `--id: there is a key '${id}' already. Take another id, or rotate it: \`chapkit keys rotate ${id}\`.`,
  )
}

function toBookedKey(entry: KeyFileEntry): BookedKey {
  const { id, key, hash, prefix } = entry
  const text = key?.trim() ?? ''
  return {
    ...toKeyDetails(entry),
    id,
    hash: hash ?? hashApiKey(text),
    prefix: prefix ?? (isGeneratedKey(text) ? text.slice(0, text.lastIndexOf('_') + 1) : undefined),
  }
}

function toEntry({
  id,
  name,
  hash,
  prefix,
  scopes,
  notBefore,
  expiresAt,
  rateLimit,
  allowFrom,
}: BookedKey): KeyFileEntry {
  return {
    id,
    ...(name !== undefined && { name }),
    hash,
    ...(prefix !== undefined && { prefix }),
    ...(scopes && { scopes: [...scopes] }),
    ...(notBefore !== undefined && { not_before: toTime(notBefore) }),
    ...(expiresAt !== undefined && { expires_at: toTime(expiresAt) }),
    ...(rateLimit !== undefined && { rate_limit: rateLimit }),
    ...(allowFrom && { allow_from: [...allowFrom] }),
  }
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
