import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InvalidAppError } from '../errors.ts'

const PACKAGE_NAME = /^(@[\w.~-]+\/)?[\w~-][\w.~-]*$/

/**
 * Path of a folder inside an installed package. The package is looked for as Node.js does, from the current directory and
 * from the file that the process was started with.
 *
 * @throws CHAPKIT_ERR_INVALID_APP when the package is not installed, or the subpath leads out of it.
 */
export function packageFolder(packageName: string, subpath: string): string {
  if (subpath.split(/[/\\]/).includes('..')) {
    throw new InvalidAppError(`subpath cannot contain '..' (got: ${subpath})`)
  }
  const bases = [join(process.cwd(), 'start'), ...process.argv.slice(1, 2)]
  const roots = PACKAGE_NAME.test(packageName) ? bases.flatMap((base) => packageRoots(base, packageName)) : []
  const root = roots.find((folder) => statSync(join(folder, 'package.json'), { throwIfNoEntry: false }))
  if (root === undefined) {
    throw new InvalidAppError(`Package '${packageName}' could not be found; install it, or check its name.`)
  }
  return join(root, subpath)
}

/** Where the package may be. Its `exports` do not matter: these name modules, not folders. */
function packageRoots(base: string, packageName: string): string[] {
  const folders = createRequire(pathToFileURL(base)).resolve.paths(packageName) ?? []
  return folders.map((folder) => join(folder, packageName))
}
