import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addKeys } from './keys-command.ts'
import { addMigrate } from './migrate-command.ts'

/**
 * Reads the command line and does what it says.
 *
 * @returns The exit code.
 * @throws CommanderError when help was asked for, or the command line makes no sense.
 */
export async function program(env: NodeJS.ProcessEnv): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  let code = 0
  const chapkit = new Command('chapkit')
    .description('Commands for services of chapkit.')
    .version(version)
    .exitOverride()
  addMigrate(chapkit, env, (ended) => (code = ended))
  addKeys(chapkit, (ended) => (code = ended))
  await chapkit.parseAsync()
  return code
}
