import { arch, cpus, release, totalmem, type } from 'node:os'
import { chooseCores } from './child-process.ts'

/** The machine in one paragraph: a number without it says nothing. */
export function describeMachine(): string {
  const cores = cpus()
  const pinned = chooseCores()
  return [
    `${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}, ${arch()})`,
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory`,
    `${type()} ${release()}`,
    `Node ${process.version}`,
    pinned ? `server on core ${pinned.server}, load on core ${pinned.load}` : 'cores left to the system',
    new Date().toISOString().slice(0, 10),
  ].join(', ')
}
