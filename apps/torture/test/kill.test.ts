import { databaseUrl, temporaryFolder } from '@chapkit/testing'
import { describe, expect, test, vi } from 'vitest'
import { audit, auditContents } from '../src/audit.ts'
import { Books } from '../src/books.ts'
import { Client } from '../src/client.ts'
import { artifacts, configs } from '../src/collections.ts'
import { ContentWriter } from '../src/content-writer.ts'
import { integrity } from '../src/integrity.ts'
import { Random } from '../src/random.ts'
import { seed, sizes, tell, timeout } from '../src/sizes.ts'
import { Supervisor } from '../src/supervisor.ts'
import { Writer, writeUntil } from '../src/writer.ts'

vi.setConfig({ testTimeout: timeout })

describe.each(['file', 'postgres'] as const)('kill -9 while 8 clients write on %s', (kind) => {
  test('what was acknowledged is there afterwards, and nothing by half', async () => {
    const random = new Random(seed)
    const url = await databaseUrl(kind)
    const service = await Supervisor.start({ DATABASE_URL: url, CONTENT_DIR: temporaryFolder() })
    await service.ready()
    const books = { configs: new Books(), artifacts: new Books(), contents: new Books() }
    const writers = await gather(service, books, random)
    const auditor = new Client(service.origin)
    const sum = { happened: 0, vanished: 0, repeated: 0 }

    for (let round = 1; round <= sizes.kills; round++) {
      let left = 1 + random.integer(sizes.writes)
      let killed: Promise<void> | undefined
      const written = (): void => {
        if (--left === 0) killed = service.kill()
      }
      await Promise.all(writers.map((writer) => writeUntil(writer, () => killed !== undefined, written)))
      await killed
      await service.ready()
      const audits = [
        await audit(auditor, configs, books.configs),
        await audit(auditor, artifacts, books.artifacts),
        await auditContents(auditor, books.contents),
      ]
      expect(
        audits.flatMap(({ faults }) => faults),
        `after kill ${round}`,
      ).toEqual([])
      for (const { happened, vanished, repeated } of audits) {
        sum.happened += happened
        sum.vanished += vanished
        sum.repeated += repeated
      }
      expect(await integrity(url)).toEqual([])
    }
    auditor.close()
    expect(service.starts).toBe(sizes.kills + 1)
    const [ofConfigs, ofArtifacts, ofContents] = Object.values(books).map(({ acknowledged }) => acknowledged)
    tell(
      `${sizes.kills} kills, ${writers.length} clients; acknowledged and there: ${ofConfigs} writes of configs,`,
    )
    tell(`${ofArtifacts} of artifacts, ${ofContents} of contents`)
    tell(`in flight when killed: ${sum.happened} are there whole, ${sum.vanished} are not there at all`)
    tell(`creates that were repeated under their Idempotency-Key: ${sum.repeated}; each is there once`)
  })
})

/** Three clients write configs, three artifacts, and two contents. */
async function gather(
  { origin }: Supervisor,
  books: Readonly<Record<'configs' | 'artifacts' | 'contents', Books>>,
  random: Random,
) {
  const clients = Array.from({ length: 8 }, () => new Client(origin))
  const contents = clients.slice(6).map((client) => new ContentWriter(client, books.contents, random))
  for (const [number, writer] of contents.entries()) {
    await writer.prepare(`content-${number}`, books.artifacts)
  }
  return [
    ...clients
      .slice(0, 3)
      .map((client, n) => new Writer(`config-${n}`, client, configs, books.configs, random)),
    ...clients
      .slice(3, 6)
      .map((client, n) => new Writer(`artifact-${n}`, client, artifacts, books.artifacts, random)),
    ...contents,
  ]
}
