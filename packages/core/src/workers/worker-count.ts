import { availableParallelism } from 'node:os'
import { InvalidOptionError, ListenError } from '../errors.ts'

const MAX_WORKERS = 256

/**
 * How many processes serve: the option, else WORKERS, else 1.
 *
 * @throws CHAPKIT_ERR_LISTEN for a WORKERS, CHAPKIT_ERR_INVALID_OPTION for an option that is no number from 1 to 256, nor `auto`.
 */
export function workerCount(option: number | string | undefined, env: NodeJS.ProcessEnv): number {
  const given = option ?? (env['WORKERS'] || '1')
  if (given === 'auto') return Math.min(availableParallelism(), MAX_WORKERS)
  const count = Number(given)
  if (/^\d+$/.test(String(given)) && count >= 1 && count <= MAX_WORKERS) return count
  const mustBe = `it must be a number from 1 to ${MAX_WORKERS}, or auto (one for each processor)`
  if (option === undefined) throw new ListenError(`WORKERS is '${given}'; ${mustBe}.`)
  throw new InvalidOptionError(`run(): option 'workers' is '${given}'; ${mustBe}.`)
}
