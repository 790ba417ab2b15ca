import { databaseUrl, temporaryFolder } from '@chapkit/testing'
import { describe, expect, test, vi } from 'vitest'
import { quote } from '../src/client.ts'
import { artifacts, configs, documentOf, isWhole, type Item } from '../src/collections.ts'
import { Crowd, itemOf, type Member } from '../src/crowd.ts'
import { sizes, tell, timeout } from '../src/sizes.ts'
import { Supervisor } from '../src/supervisor.ts'

vi.setConfig({ testTimeout: timeout })

const { path, body } = configs

/** A file has one process that writes it; PostgreSQL has two replicas. */
const REPLICAS = { file: 1, postgres: 2 }

async function gather(kind: keyof typeof REPLICAS): Promise<Crowd> {
  const env = { DATABASE_URL: await databaseUrl(kind), CONTENT_DIR: temporaryFolder() }
  const replicas = await Promise.all(Array.from({ length: REPLICAS[kind] }, () => Supervisor.start(env)))
  await Promise.all(replicas.map((replica) => replica.ready()))
  return new Crowd(
    sizes.crowd,
    replicas.map(({ origin }) => origin),
  )
}

async function create(crowd: Crowd, member: Member, key: string, serial = 0): Promise<Item> {
  return itemOf(await crowd.send(member, 'POST', path, body(documentOf(key, serial))))
}

describe.each(['file', 'postgres'] as const)('64 clients on %s', (kind) => {
  test('each name is given once', async () => {
    const crowd = await gather(kind)
    const names = Array.from({ length: sizes.names }, (_, n) => `name-${n}`)
    for (const name of names) {
      const answers = await crowd.together((member) =>
        crowd.send(member, 'POST', path, body(documentOf(name, member.number))),
      )
      const statuses = answers.map(({ status }) => status).sort((a, b) => a - b)
      expect(statuses).toEqual([201, ...Array<number>(sizes.crowd - 1).fill(409)])
    }
    const listed = await crowd.members[0]?.client.ask<Item[]>(200, 'GET', path)
    expect(listed?.map(({ data }) => data.key)).toEqual(names)
    tell(`${sizes.crowd} clients wanted each of ${names.length} names: ${crowd.tally()}`)
  })

  test('an Idempotency-Key makes one resource, however many send it', async () => {
    const crowd = await gather(kind)
    const keys = Array.from({ length: sizes.names }, (_, n) => `key-${n}`)
    const ids: string[] = []
    for (const key of keys) {
      const body = artifacts.body(documentOf(key, 1))
      const answers = await crowd.together((member) =>
        crowd.send(member, 'POST', artifacts.path, body, { 'idempotency-key': key }),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
      ids.push(...new Set(answers.map((answer) => itemOf(answer).id)))
    }
    const listed = await crowd.members[0]?.client.ask<Item[]>(200, 'GET', artifacts.path)
    expect(listed?.map(({ id }) => id)).toEqual(ids)
    tell(`${sizes.crowd} clients sent each of ${keys.length} keys: ${ids.length} artifacts; ${crowd.tally()}`)
  })

  test('no update is lost under If-Match', async () => {
    const crowd = await gather(kind)
    const [first] = crowd.members
    if (!first) throw new Error('Nobody came.')
    const counters = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => create(crowd, first, name)),
    )
    await crowd.together(async (member) => {
      const counter = counters[member.number % counters.length]
      if (!counter) throw new Error('There is no counter.')
      const at = `${path}/${counter.id}`
      for (let left = sizes.increments; left > 0;) {
        const read = await crowd.send(member, 'GET', at)
        const { key, serial } = itemOf(read).data
        const headers = { 'if-match': read.headers.etag ?? '' }
        const { status } = await crowd.send(member, 'PUT', at, body(documentOf(key, serial + 1)), headers)
        expect([200, 412]).toContain(status)
        if (status === 200) left--
      }
    })
    const listed = await first.client.ask<Item[]>(200, 'GET', path)
    const each = (sizes.crowd / counters.length) * sizes.increments
    expect(listed.map(({ data }) => data.serial)).toEqual(counters.map(() => each))
    expect(crowd.faults).toEqual([])
    tell(`${sizes.crowd * sizes.increments} increments of ${counters.length} counters: ${crowd.tally()}`)
  })

  test('a stale If-Match deletes nothing, and each resource is deleted once', async () => {
    const crowd = await gather(kind)
    const items = await crowd.together((member) => create(crowd, member, `item-${member.number}`))
    for (const { id, data } of items.slice(0, sizes.names)) {
      const [member] = crowd.members
      if (!member) throw new Error('Nobody came.')
      const { headers } = await crowd.send(member, 'GET', `${path}/${id}`)
      await crowd.send(member, 'PUT', `${path}/${id}`, body(documentOf(data.key, 1)))
      const stale = { 'if-match': headers.etag ?? '' }
      const refused = await crowd.together((each) =>
        crowd.send(each, 'DELETE', `${path}/${id}`, undefined, stale),
      )
      expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([412]))
      const answers = await crowd.together((each) => crowd.send(each, 'DELETE', `${path}/${id}`))
      const statuses = answers.map(({ status }) => status).sort((a, b) => a - b)
      expect(statuses).toEqual([204, ...Array<number>(sizes.crowd - 1).fill(404)])
    }
    expect(crowd.faults).toEqual([])
    tell(
      `${Math.min(sizes.names, items.length)} resources deleted by ${sizes.crowd} clients: ${crowd.tally()}`,
    )
  })

  test('all at once: no 5xx, no half document, and each version is replaced once', async () => {
    const crowd = await gather(kind)
    const unexpected: string[] = []
    /** ETags on which a conditional write succeeded: a second one would have overwritten the first. */
    const replaced = new Set<string>()
    const keys = Array.from({ length: 16 }, (_, n) => `shared-${n}`)
    const ids = new Map<string, string>()
    const expected = { POST: [201, 409], GET: [200, 404], PUT: [200, 404, 412], DELETE: [204, 404, 412] }

    const act = async (member: Member, turn: number): Promise<void> => {
      const { random } = member
      const key = random.pick(keys) ?? ''
      const document = body(documentOf(key, member.number * sizes.mixed + turn))
      const method = random.pick(['POST', 'GET', 'PUT', 'PUT', 'PUT', 'DELETE'] as const) ?? 'GET'
      const id = ids.get(key)
      if (id === undefined || method === 'POST') {
        const answer = await crowd.send(member, 'POST', path, document)
        if (!expected.POST.includes(answer.status)) unexpected.push(`POST: ${quote(answer)}`)
        if (answer.status === 201) ids.set(key, itemOf(answer).id)
        return
      }
      const at = `${path}/${id}`
      const { headers, status } = await crowd.send(member, 'GET', at)
      const etag = status === 200 && random.chance(70) ? headers.etag : undefined
      const condition: Record<string, string> = etag === undefined ? {} : { 'if-match': etag }
      const answer = await crowd.send(member, method, at, method === 'PUT' ? document : undefined, condition)
      if (!expected[method].includes(answer.status)) unexpected.push(`${method}: ${quote(answer)}`)
      if (etag === undefined || method === 'GET' || answer.status >= 400) return
      if (replaced.has(etag)) unexpected.push(`${etag} was replaced twice`)
      replaced.add(etag)
    }
    await crowd.together(async (member) => {
      for (let turn = 0; turn < sizes.mixed; turn++) await act(member, turn)
    })
    const listed = (await crowd.members[0]?.client.ask<Item[]>(200, 'GET', path)) ?? []
    expect(unexpected).toEqual([])
    expect(new Set(listed.map(({ data }) => data.key)).size).toBe(listed.length)
    expect(listed.filter(({ data }) => !isWhole(data))).toEqual([])
    expect(crowd.faults).toEqual([])
    tell(`${sizes.crowd} clients, ${sizes.mixed} turns each: ${crowd.tally()}`)
  })
})
