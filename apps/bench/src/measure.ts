import { chooseCores, startChild, type Child } from './child-process.ts'
import type { Contender } from './contenders.ts'
import { Databases } from './databases.ts'
import type { Target } from './messages.ts'
import { type Server, startServer } from './server.ts'
import { prepareTarget } from './targets.ts'

/** How much is measured. */
export interface Plan {
  /** How often all servers are started anew: a process can be lucky with its memory, but not every time. */
  readonly blocks: number
  /** How often each server is measured in a block, in turn. */
  readonly rounds: number
  /** Requests of one measurement. */
  readonly requests: number
  /** Requests that a new server answers before it is measured. */
  readonly warmUp: number
  /** No new block is begun after so many milliseconds. */
  readonly budget: number
}

/** CPU time per request in microseconds: the n-th number of every contender was measured in the same round. */
export type Samples = ReadonlyMap<string, readonly number[]>

interface Running {
  readonly server: Server
  readonly target: Target
}

/** Measures the contenders in turn (A B C … A B C …), so that what slows the machine down for a while slows all. */
export async function measure(
  contenders: readonly Contender[],
  plan: Plan,
  progress: (line: string) => void,
): Promise<Samples> {
  const samples = new Map(contenders.map(({ name }) => [name, [] as number[]]))
  const cores = chooseCores()
  const load = startChild('load.js', [], cores?.load)
  const deadline = Date.now() + plan.budget
  try {
    for (let block = 1; block <= plan.blocks && (block === 1 || Date.now() < deadline); block++) {
      progress(`block ${block} of ${plan.blocks}: starting ${contenders.length} servers`)
      await measureBlock(contenders, plan, load, cores?.server, samples)
    }
  } finally {
    await load.stop()
  }
  return samples
}

async function measureBlock(
  contenders: readonly Contender[],
  plan: Plan,
  load: Child,
  core: number | undefined,
  samples: ReadonlyMap<string, number[]>,
): Promise<void> {
  const servers: Server[] = []
  const databases = new Databases()
  try {
    for (const contender of contenders) {
      const { database } = contender
      servers.push(await startServer(contender, database ? [await databases.create(database)] : [], core))
    }
    const running: Running[] = []
    for (const server of servers) {
      const target = await prepareTarget(server.contender, server.origin)
      await server.send(load, target, plan.warmUp)
      running.push({ server, target })
    }
    for (let round = 0; round < plan.rounds; round++)
      for (const { server, target } of running)
        samples.get(server.contender.name)?.push(await server.cpuPerRequest(load, target, plan.requests))
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    await databases.remove()
  }
}
