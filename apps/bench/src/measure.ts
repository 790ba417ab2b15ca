import { sentKey, type Contender } from './contenders.ts'
import { chooseCores, startChild, type Child } from './child-process.ts'
import type { CpuAnswer, ListeningAnswer, LoadAnswer } from './messages.ts'

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
  readonly contender: Contender
  readonly server: Child
  readonly port: number
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
  const running: Running[] = []
  try {
    for (const contender of contenders) {
      const server = startChild('serve.js', [contender.name], core)
      running.push({ contender, server, port: (await server.next<ListeningAnswer>()).port })
    }
    for (const each of running) {
      await checkAnswers(each)
      await send(load, each, plan.warmUp)
    }
    for (let round = 0; round < plan.rounds; round++)
      for (const each of running)
        samples.get(each.contender.name)?.push(await cpuPerRequest(load, each, plan.requests))
  } finally {
    await Promise.all(running.map(({ server }) => server.stop()))
  }
}

async function cpuPerRequest(load: Child, running: Running, requests: number): Promise<number> {
  const before = await running.server.ask<CpuAnswer>({ ask: 'cpu' })
  await send(load, running, requests)
  const after = await running.server.ask<CpuAnswer>({ ask: 'cpu' })
  return (after.microseconds - before.microseconds) / requests
}

async function send(load: Child, { contender, port }: Running, requests: number): Promise<void> {
  const { answered, failed } = await load.ask<LoadAnswer>({ ask: 'load', port, requests })
  if (answered !== requests || failed > 0)
    throw new Error(`${contender.name} answered ${answered} of ${requests} requests, ${failed} failed.`)
}

/** What is fast because it does not do its work is not compared. */
async function checkAnswers({ contender, port }: Running): Promise<void> {
  const url = `http://127.0.0.1:${port}/hello`
  const withKey = await fetch(url, { headers: { 'x-api-key': sentKey } })
  const body = await withKey.text()
  const withoutKey = await fetch(url)
  const wrongKey = await fetch(url, { headers: { 'x-api-key': 'bench-key-that-nobody-knows' } })
  const refused = contender.keys > 0 ? 401 : 200
  if (withKey.status !== 200 || body !== '{"message":"hello"}')
    throw new Error(`${contender.name} answered ${withKey.status} ${body}.`)
  if (withoutKey.status !== refused || wrongKey.status !== refused)
    throw new Error(`${contender.name} answered ${withoutKey.status} without a key, not ${refused}.`)
}
