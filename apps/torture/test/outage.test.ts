import { startPostgres, temporaryFolder } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'
import { audit } from '../src/audit.ts'
import { Books } from '../src/books.ts'
import { Client } from '../src/client.ts'
import { configs } from '../src/collections.ts'
import { Load } from '../src/load.ts'
import { Random } from '../src/random.ts'
import { seed, sizes, tell, timeout } from '../src/sizes.ts'
import { Supervisor } from '../src/supervisor.ts'
import { Writer } from '../src/writer.ts'

vi.setConfig({ testTimeout: timeout })

const CLIENTS = 16

/** Milliseconds within which the service must be back. */
const RECOVERY = 5_000

/** How the server ends: it is told to, it crashes, it is killed. */
const ENDS = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const

test('PostgreSQL stops and comes back under load: 503 meanwhile, and no restart', async () => {
  const postgres = await startPostgres()
  const env = { DATABASE_URL: postgres.url(), CONTENT_DIR: temporaryFolder() }
  const service = await Supervisor.start(env)
  await service.ready()
  const { pid } = service
  const books = new Books()
  const random = new Random(seed)
  const probe = new Client(service.origin)
  const writers = Array.from({ length: CLIENTS }, (_, n) => {
    return new Writer(`writer-${n}`, new Client(service.origin), configs, books, random)
  })

  for (const signal of ENDS.slice(0, sizes.outages)) {
    const load = new Load(writers)
    await load.allAcknowledged(5)
    await postgres.stop(signal)
    await load.allRefused(5)
    expect((await probe.send('GET', '/health/live')).status).toBe(200)
    expect((await probe.send('GET', '/health')).status).toBe(503)
    const { refused } = load

    await postgres.start()
    const back = Date.now()
    await load.allAcknowledged(1)
    const recovery = Date.now() - back
    await load.allAcknowledged(5)
    expect((await probe.send('GET', '/health')).status).toBe(200)
    await load.stop()

    expect(load.faults).toEqual([])
    expect(recovery).toBeLessThan(RECOVERY)
    expect((await audit(probe, configs, books)).faults).toEqual([])
    expect({ pid: service.pid, starts: service.starts }).toEqual({ pid, starts: 1 })
    tell(
      `${signal}: ${refused} times 503 to ${CLIENTS} clients; all are served ${recovery} ms after it is back`,
    )
  }
  probe.close()
  tell(`${books.acknowledged} acknowledged writes are there`)
})
