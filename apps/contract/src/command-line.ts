import { parseArgs } from 'node:util'
import { UsageError } from './replay.ts'

/** What the command line of `pnpm contract` can say. */
export interface CommandLine {
  /** Folder of case files, instead of the recordings' own. */
  readonly cases?: string
  /** Plays this file alone. */
  readonly only?: string
  /** The player, instead of the one beside the checkout. */
  readonly replay?: string
  /** Starts the service of this file, and nothing else. */
  readonly serve?: string
  /** Port for `serve`. */
  readonly port?: string
}

const USAGE = `usage: pnpm contract [--cases DIR] [--only FILE] [--replay FILE]
       pnpm contract --serve FILE --port N
       pnpm contract:startup [--cases DIR] [--only FILE] [--replay FILE]`

/**
 * Reads the command line.
 *
 * @throws UsageError that says which argument is wrong, and how to call the command.
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const text = { type: 'string' } as const
  try {
    // `pnpm contract -- --only auth` hands the two dashes on.
    const given = args[0] === '--' ? args.slice(1) : [...args]
    const { values } = parseArgs({
      args: given,
      options: { cases: text, only: text, replay: text, serve: text, port: text },
    })
    return values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${USAGE}`, { cause: error })
  }
}

/** Runs a command; what its user did wrong is one sentence on standard error and the exit code 2. */
export async function runCommand(command: (line: CommandLine) => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = await command(parseCommandLine(process.argv.slice(2)))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exitCode = 2
  }
}
