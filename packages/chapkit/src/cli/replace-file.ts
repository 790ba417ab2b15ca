import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CommandFailure } from './failure.ts'

/**
 * Writes a file whole: beside it first, then in its place. It keeps its owner and its permissions; a new one is for its
 * owner alone.
 *
 * @param mayReplace - Is asked right before.
 */
export async function replaceFile(
  path: string,
  text: string,
  mayReplace: () => Promise<void>,
): Promise<void> {
  const beside = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(beside, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await takeOverRights(file, path)
      await file.sync()
    } finally {
      await file.close()
    }
    await mayReplace()
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** Whoever reads the file, a service under another user for example, is to read it afterwards, too. */
async function takeOverRights(file: FileHandle, path: string): Promise<void> {
  const [old, own] = [await stat(path).catch(() => undefined), await file.stat()]
  if (old === undefined) return
  if (old.uid !== own.uid || old.gid !== own.gid) {
    await file.chown(old.uid, old.gid).catch(() => {
      throw new CommandFailure(`${path} belongs to another user, or group; run this command as its owner.`)
    })
  }
  await file.chmod(old.mode & 0o777)
}

/** Without this a crash of the machine may undo the renaming. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
