import { chooseCores, startLoad, type Child } from './child-process.ts'
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

/** Resident memory of a process, in MiB. */
export interface Memory {
  readonly idle: number
  readonly loaded: number
}

/** What was measured of each contender, by name. */
export interface Measurements {
  readonly samples: Samples
  /** MiB that its process had at the beginning and at the end of each block. */
  readonly memory: ReadonlyMap<string, readonly Memory[]>
}

interface Growing extends Measurements {
  readonly samples: ReadonlyMap<string, number[]>
  readonly memory: ReadonlyMap<string, Memory[]>
}

interface Running {
  readonly server: Server
  readonly target: Target
  /** MiB before its first request. */
  readonly idle: number
}

/** Measures the contenders in turn (A B C … A B C …), so that what slows the machine down for a while slows all. */
export async function measure(
  contenders: readonly Contender[],
  plan: Plan,
  progress: (line: string) => void,
): Promise<Measurements> {
  const empty = <Value>() => new Map(contenders.map(({ name }) => [name, [] as Value[]]))
  const measured: Growing = { samples: empty<number>(), memory: empty<Memory>() }
  const cores = chooseCores()
  const load = startLoad(cores)
  const deadline = Date.now() + plan.budget
  try {
    for (let block = 1; block <= plan.blocks && (block === 1 || Date.now() < deadline); block++) {
      progress(`block ${block} of ${plan.blocks}: starting ${contenders.length} servers`)
      await measureBlock(contenders, plan, load, cores?.server, measured)
    }
  } finally {
    await load.stop()
  }
  return measured
}

async function measureBlock(
  contenders: readonly Contender[],
  plan: Plan,
  load: Child,
  core: number | undefined,
  { samples, memory }: Growing,
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
      const idle = await server.memory()
      const target = await prepareTarget(server.contender, server.origin)
      await server.send(load, target, plan.warmUp)
      running.push({ server, target, idle })
    }
    for (let round = 0; round < plan.rounds; round++)
      for (const { server, target } of running)
        samples.get(server.contender.name)?.push(await server.cpuPerRequest(load, target, plan.requests))
    for (const { server, idle } of running)
      memory.get(server.contender.name)?.push({ idle, loaded: await server.memory() })
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    await databases.remove()
  }
}
