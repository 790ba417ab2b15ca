import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { artifacts } from '@chapkit/artifacts'
import { config } from '@chapkit/config'
import { modulesOf, type ServiceModule } from '@chapkit/core'
import { database, type MigrationStreams } from '@chapkit/data'
import { KEY_STREAM, keyMigrations } from '@chapkit/key-store'
import { Type } from 'typebox'
import { CommandFailure } from './failure.ts'

/** The migrations that chapkit's modules bring. */
export function bundledStreams(): MigrationStreams {
  const modules = [database('sqlite::memory:'), config(Type.Object({})), artifacts()]
  return { ...streamsOf(modules), [KEY_STREAM]: keyMigrations }
}

/**
 * The migrations of the service that a file exports. The file is loaded; the service is not started.
 *
 * @throws CommandFailure when there is no such file, or no service in it.
 */
export async function streamsOfApp(file: string): Promise<MigrationStreams> {
  const path = resolve(file)
  if (!existsSync(path)) throw new CommandFailure(`--app: there is no file '${file}'.`)
  const modules = modulesOf((await load(path, file)).default)
  if (modules) return streamsOf(modules)
  throw new CommandFailure(
    `--app: '${file}' exports no service; its default export must be what service.plugin() gives: ` +
      '`export default service.plugin()`.',
  )
}

async function load(path: string, file: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { default?: unknown }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new CommandFailure(
        `--app: this version of Node.js does not read '${file}' by itself; install tsx and set NODE_OPTIONS='--import tsx'.`,
      )
    }
    throw new CommandFailure(`--app: '${file}' cannot be loaded: ${reason}`)
  }
}

function streamsOf(modules: readonly ServiceModule[]): MigrationStreams {
  return Object.assign({}, ...modules.map(({ migrations }) => migrations)) as MigrationStreams
}
