import { CommanderError } from 'commander'
import { failureText } from './failure.ts'
import { program } from './program.ts'

/** The command `chapkit`. It ends the process itself: the file of a service may keep it alive. */
try {
  process.exit(await program(process.env))
} catch (error) {
  // What commander found wrong, it has told already.
  if (!(error instanceof CommanderError)) process.stderr.write(`chapkit: ${failureText(error)}\n`)
  process.exit(error instanceof CommanderError && error.exitCode === 0 ? 0 : 2)
}
