import type { Command } from 'commander'
import { down, type MigrateOptions, status, up } from './migrate.ts'

const EPILOG = `
Without --app, these are the migrations that chapkit's modules bring, whether the service uses the module or not. With it,
they are those of the service that FILE exports (\`export default service.plugin()\`), its own ones among them (stream
'service'). For a TypeScript file on Node.js 20, install tsx and set NODE_OPTIONS='--import tsx'.

Exit codes: 0 done; 2 it could not be done, and standard error says why. status alone: 0 when the database has all
migrations, 1 when some are pending, or unknown to this version.`

/** Adds `chapkit migrate status|up|down`; `ended` is told the exit code. */
export function addMigrate(chapkit: Command, env: NodeJS.ProcessEnv, ended: (code: number) => void): void {
  const command = chapkit.command('migrate').description("Show and change the state of a database's tables.")
  const add = (name: string, description: string, act: (options: MigrateOptions) => Promise<number>) =>
    command
      .command(name)
      .description(description)
      .option('--database <url>', 'database URL: sqlite:data.db or postgres://… (default: DATABASE_URL)')
      .option('--app <file>', 'JavaScript or TypeScript file that exports the service')
      .option('--stream <name>', 'only the migrations of this module')
      .addHelpText('after', EPILOG)
      .action(async (options: MigrateOptions) => {
        ended(await act({ ...options, database: options.database ?? env['DATABASE_URL'] }))
      })
  add('status', 'list all migrations, and whether the database has them; changes nothing', status)
  add('up', 'run the migrations that the database does not have', up)
  add('down', 'take the last migration of a stream back; what its tables hold is lost', down).option(
    '--yes',
    'yes, destroy data',
  )
}
