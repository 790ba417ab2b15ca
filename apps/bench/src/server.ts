import { type Child, startChild } from './child-process.ts'
import type { Contender } from './contenders.ts'
import type { ListeningAnswer, LoadAnswer, Target, UsageAnswer } from './messages.ts'

/** A server that is measured, in a process of its own. */
export interface Server {
  readonly contender: Contender
  readonly origin: string
  /** Sends requests; throws when one of them fails. */
  send(load: Child, target: Target, requests: number): Promise<void>
  /** CPU time in microseconds that each of the requests costs. */
  cpuPerRequest(load: Child, target: Target, requests: number): Promise<number>
  /** Memory that it has now, in MiB. */
  memory(): Promise<number>
  stop(): Promise<void>
}

/**
 * What V8 makes of the memory limit of a container of 1 GiB by itself (Node 20), where services run. On a large machine it lets the
 * heap of young objects grow to 32 MiB, which says more of the machine than of the service.
 */
const IN_CONTAINER = ['--max-semi-space-size=4', '--max-old-space-size=512']

/**
 * Starts the server of a contender, on a core of its own if there is one.
 *
 * @param database - URL of its database, and how many rows it is to have, if it has one.
 */
export async function startServer(
  contender: Contender,
  database: readonly string[],
  core: number | undefined,
): Promise<Server> {
  const process = startChild('serve.js', [contender.name, ...database], core, IN_CONTAINER)
  const { port } = await process.next<ListeningAnswer>()

  const send: Server['send'] = async (load, target, requests) => {
    const { answered, failed } = await load.ask<LoadAnswer>({ ask: 'load', port, requests, target })
    if (answered !== requests || failed > 0)
      throw new Error(`${contender.name} answered ${answered} of ${requests} requests, ${failed} failed.`)
  }
  const usage = () => process.ask<UsageAnswer>({ ask: 'usage' })
  return {
    contender,
    origin: `http://127.0.0.1:${port}`,
    send,
    async cpuPerRequest(load, target, requests) {
      const before = await usage()
      await send(load, target, requests)
      const after = await usage()
      return (after.microseconds - before.microseconds) / requests
    },
    async memory() {
      return (await usage()).memory / 2 ** 20
    },
    stop: () => process.stop(),
  }
}
