import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidAppError } from '../errors.ts'
import { type AppManifestEntry, parseManifest } from './manifest.ts'
import { packageFolder } from './package-folder.ts'

/**
 * Where a static app is: a folder (a path relative to the current directory, an absolute path or a `file:` URL), or a
 * folder inside an installed package, as `[packageName, subpath]`.
 */
export type AppPath = string | URL | readonly [packageName: string, subpath: string]

/** A static app that can be served. */
export interface StaticApp {
  /** Real path of its folder. */
  readonly folder: string
  readonly entry: AppManifestEntry
}

/** A folder that {@link discoverApps} left out. */
export interface SkippedApp {
  readonly folder: string
  /** What is wrong with it. */
  readonly skipped: string
}

/** What the apps module is made of. */
export type AppDeclaration = StaticApp | SkippedApp

/**
 * Loads the static app of a folder that has a `manifest.json`: `{ name, version, prefix, description?, author?, entry? }`.
 *
 * @param prefix - Path at which it is served. Default: the manifest's.
 * @throws CHAPKIT_ERR_INVALID_APP when the folder, the manifest or the entry file is missing or wrong.
 */
export function loadApp(path: AppPath, prefix?: string): StaticApp {
  const isPackage = Array.isArray(path)
  const folder = folderOf(path, 'App')
  const file = join(folder, 'manifest.json')
  const manifest = parseManifest(readManifest(folder, file), prefix, file)
  const entryFile = join(folder, manifest.entry)
  if (!statSync(entryFile, { throwIfNoEntry: false })?.isFile()) {
    throw new InvalidAppError(`${file}: entry '${manifest.entry}' names no file in the app's folder.`)
  }
  const { name, version, description = null, author = null, entry } = manifest
  return {
    folder: realpathSync(folder),
    entry: { name, version, prefix: manifest.prefix, description, author, entry, is_package: isPackage },
  }
}

/**
 * Loads the static app of each folder in a folder, in the order of their names. One that cannot be loaded is left out, and
 * a warning is logged when the service starts.
 *
 * @throws CHAPKIT_ERR_INVALID_APP when the folder itself is missing.
 */
export function discoverApps(path: AppPath): AppDeclaration[] {
  const folder = folderOf(path, 'Apps')
  const names = readdirSync(folder).sort()
  const folders = names
    .map((name) => join(folder, name))
    .filter((one) => statSync(one, { throwIfNoEntry: false })?.isDirectory())
  return folders.map((one) => {
    try {
      const app = loadApp(one)
      return { ...app, entry: { ...app.entry, is_package: Array.isArray(path) } }
    } catch (error) {
      return { folder: one, skipped: (error as Error).message }
    }
  })
}

function folderOf(path: AppPath, what: 'App' | 'Apps'): string {
  const folder = locate(path)
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (!stats) throw new InvalidAppError(`${what} directory not found: ${folder}`)
  if (!stats.isDirectory()) throw new InvalidAppError(`${what} path is not a directory: ${folder}`)
  return folder
}

function locate(path: AppPath): string {
  if (typeof path === 'string') return resolve(path)
  if (path instanceof URL) return fileURLToPath(path)
  if (Array.isArray(path) && path.length === 2 && path.every((part) => typeof part === 'string')) {
    return packageFolder(path[0], path[1])
  }
  throw new InvalidAppError('An app is given as the path of its folder, or as [packageName, subpath].')
}

function readManifest(folder: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const fault =
      code === 'ENOENT' ? 'has no manifest.json' : `has a manifest.json that cannot be read (${code})`
    throw new InvalidAppError(
      `App folder ${folder} ${fault}; it holds at least {"name": "…", "version": "…", "prefix": "/…"}.`,
    )
  }
}
