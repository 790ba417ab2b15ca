import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { keepAsking, readEvents, uploadSlowly, Witness } from '../src/drain-clients.ts'
import { full, sizes, tell, timeout } from '../src/sizes.ts'
import { Soaked } from '../src/soaked.ts'

vi.setConfig({ testTimeout: timeout })

/** Seconds within which the process must have ended. */
const LIMIT = full ? 5 : 20

test('row 22, row 23: SIGTERM under load leaves no request without its answer', async () => {
  const ends: number[] = []
  let answered = 0
  for (let drain = 1; drain <= sizes.drains; drain++) {
    const service = await Soaked.start()
    const witness = new Witness()
    const times = (count: number, start: (port: number, witness: Witness) => Promise<void>) =>
      Array.from({ length: count }, () => start(service.port, witness))
    const clients = [...times(5, uploadSlowly), ...times(64, keepAsking), ...times(10, readEvents)]
    // Those that came first were accepted before them.
    await vi.waitFor(() => expect(witness.begun).toBe(74), { timeout: 30_000, interval: 10 })

    const start = performance.now()
    void watchReadiness(service, witness)
    const { code, signal } = await service.process.stop('SIGTERM')
    ends.push((performance.now() - start) / 1000)
    witness.isOver = true
    await Promise.all(clients)
    expect(witness.faults, `drain ${drain}`).toEqual([])
    expect({ code, signal }, `drain ${drain}`).toEqual({ code: 0, signal: null })
    expect(witness.answered).toBeGreaterThan(79)
    answered += witness.answered
  }
  const slowest = Math.max(...ends)
  expect(slowest).toBeLessThan(LIMIT)
  tell(`${sizes.drains} times SIGTERM: ${answered} requests, streams and uploads answered, 0 resets`)
  tell(`exit code 0 after ${slowest.toFixed(1)} s at most`)
})

/** What a load balancer does. */
async function watchReadiness(service: Soaked, witness: Witness): Promise<void> {
  while (!witness.isOver) {
    const answer = await service.ask('/health/ready').catch(() => undefined)
    if (answer?.status !== 200) witness.isOver = true
    await sleep(50)
  }
}
