import { databaseUrl } from '@chapkit/testing'
import { describe, expect, test } from 'vitest'
import { audit } from '../src/audit.ts'
import { Books } from '../src/books.ts'
import { Client } from '../src/client.ts'
import { configs } from '../src/collections.ts'
import { integrity } from '../src/integrity.ts'
import { Random } from '../src/random.ts'
import { seed, sizes, tell } from '../src/sizes.ts'
import { Supervisor } from '../src/supervisor.ts'
import { Writer } from '../src/writer.ts'

const CLIENTS = 8

describe.each(['file', 'postgres'] as const)('kill -9 while %s is written', (kind) => {
  test('what was acknowledged is there afterwards, and nothing by half', async () => {
    const random = new Random(seed)
    const url = await databaseUrl(kind)
    const service = await Supervisor.start({ DATABASE_URL: url })
    const books = new Books()
    const clients = Array.from({ length: CLIENTS }, () => new Client(service.origin))
    const writers = clients.map((client, n) => new Writer(`writer-${n}`, client, configs, books, random))
    const auditor = new Client(service.origin)
    const sum = { happened: 0, vanished: 0, repeated: 0 }

    for (let round = 1; round <= sizes.kills; round++) {
      await service.ready()
      let left = 1 + random.integer(sizes.writes)
      let killed: Promise<void> | undefined
      const written = (): void => {
        if (--left === 0) killed = service.kill()
      }
      await Promise.all(writers.map((writer) => writer.write(() => killed !== undefined, written)))
      await killed
      await service.ready()
      const { faults, happened, vanished, repeated } = await audit(auditor, configs, books)
      expect(faults, `after kill ${round}`).toEqual([])
      sum.happened += happened
      sum.vanished += vanished
      sum.repeated += repeated
      expect(await integrity(url)).toEqual([])
    }
    expect(service.starts).toBe(sizes.kills + 1)
    const { happened, vanished, repeated } = sum
    tell(`${sizes.kills} kills, ${CLIENTS} clients, ${books.acknowledged} acknowledged writes: all there`)
    tell(`${happened + vanished} in flight: ${happened} whole, ${vanished} not at all; ${repeated} repeated`)
  })
})
