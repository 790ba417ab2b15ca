import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isJsonKeys, type KeyFileEntry, parseJsonKeys, parseKeyFile, readKeyText } from '@chapkit/auth'
import { CommandFailure } from './failure.ts'
import { withFileLock } from './file-lock.ts'
import { replaceFile } from './replace-file.ts'

/** The entries of a key file; one with a key a line has the ids that a service gives them. */
export async function readEntries(path: string): Promise<KeyFileEntry[]> {
  const text = await readKeyText(path)
  if (isJsonKeys(text)) return parseJsonKeys(text, path)
  const keys = new Set(parseKeyFile(text).map(({ key }) => key))
  return Array.from(keys, (key, index) => ({ id: `key-${index + 1}`, key }))
}

/**
 * Changes the entries of a key file of JSON. Others that do the same wait, so that no change is lost; readers see the file
 * as it was or as it will be, and never a part of it.
 *
 * @throws CommandFailure for a file with one key a line, and for one that is not there and must exist.
 */
export async function updateEntries(
  path: string,
  file: 'must exist' | 'may be new',
  change: (entries: readonly KeyFileEntry[]) => readonly KeyFileEntry[],
): Promise<void> {
  const target = await targetOf(path)
  await withFileLock(target, async (stillOurs) => {
    const text = file === 'may be new' && !(await exists(target)) ? '' : await readKeyText(target)
    const entries =
      text.trim() === '' && file === 'may be new' ? [] : parseJsonKeys(assertJson(text, path), path)
    const changed = `${JSON.stringify({ keys: change(entries) }, null, 2)}\n`
    parseJsonKeys(changed, path)
    await replaceFile(target, changed, stillOurs)
  })
}

function assertJson(text: string, path: string): string {
  if (isJsonKeys(text)) return text
  throw new CommandFailure(
    `${path} holds one key a line, and such a file is edited by hand. Only files of JSON hold hashes: name a new one with ` +
      '--file, and move the keys of this one into it.',
  )
}

/** What is written when the path is a symlink: the link itself stays. */
async function targetOf(path: string): Promise<string> {
  if (await exists(path)) return realpath(path)
  const isLink = await lstat(path).then(
    () => true,
    () => false,
  )
  if (isLink)
    throw new CommandFailure(`${path} is a symbolic link to nothing. Make its target, or remove it.`)
  const folder = await realpath(dirname(path)).catch(() => {
    throw new CommandFailure(`${path}: there is no folder '${dirname(path)}'. Make it first.`)
  })
  return join(folder, basename(path))
}

async function exists(path: string): Promise<boolean> {
  return realpath(path).then(
    () => true,
    () => false,
  )
}
