import type { Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'

/**
 * Finds a file of a static app; none outside its folder (whatever `..` or symbolic links say), and none with a name that
 * begins with a dot.
 *
 * @param folder - Real path of the app's folder.
 * @param path - Decoded path below it. With a slash at its end it means the `index.html` of a folder.
 */
export async function findFile(
  folder: string,
  path: string,
): Promise<{ file: string; stats: Stats } | undefined> {
  const names = (path.endsWith('/') ? `${path}index.html` : path).split('/')
  if (names.some((name) => name === '' || name.startsWith('.') || /[\\\0]/.test(name))) return undefined
  try {
    const file = await realpath(join(folder, ...names))
    const stats = await stat(file)
    return file.startsWith(folder + sep) && stats.isFile() ? { file, stats } : undefined
  } catch {
    // Missing, a file used as a folder, a name that is too long, a circle of links.
    return undefined
  }
}
