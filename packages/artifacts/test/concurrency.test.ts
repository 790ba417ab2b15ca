import { DATABASES, databaseUrl } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { type App, create, PATH, put, serviceOf, type Wire } from './service.ts'

const CLIENTS = 8
const ROUNDS = 12

/** The same numbers at each run. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

async function play(app: App, ids: string[], pick: (below: number) => number): Promise<number[]> {
  const statuses: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const any = () => String(ids[pick(ids.length)])
    const parent = { parent_id: pick(6) === 0 ? null : any() }
    const choice = pick(10)
    if (choice < 5) statuses.push((await put(app, any(), { data: 'moved', ...parent })).statusCode)
    else if (choice < 7) statuses.push((await put(app, any(), { data: 'changed' })).statusCode)
    else if (choice < 9) {
      const made = await app.inject({ method: 'POST', url: PATH, body: { data: 'new', ...parent } })
      if (made.statusCode === 201) ids.push(made.json<Wire>().id)
      statuses.push(made.statusCode)
    } else statuses.push((await app.inject({ method: 'DELETE', url: `${PATH}/${any()}` })).statusCode)
  }
  return statuses
}

test.each(DATABASES)(
  'on %s, the tree stays a tree and its levels true while two replicas move, create and delete',
  async (kind) => {
    const url = await databaseUrl(kind)
    const first = serviceOf({ url })
    await first.ready()
    // A database in memory belongs to one service.
    const second = kind === 'memory' ? first : serviceOf({ url })
    const ids: string[] = []
    for (let at = 0; at < 16; at++) {
      ids.push(
        (await create(first, { data: at, parent_id: at === 0 ? null : ids[Math.floor((at - 1) / 2)] })).id,
      )
    }
    const clients = Array.from({ length: CLIENTS }, (_, client) =>
      play(client % 2 ? first : second, ids, random(client + 1)),
    )
    const statuses = (await Promise.all(clients)).flat()
    expect(statuses.filter((status) => ![200, 201, 204, 404, 409].includes(status))).toEqual([])
    expect(statuses.filter((status) => status < 300).length).toBeGreaterThan(CLIENTS)

    const all = new Map((await first.artifacts.list()).map((artifact) => [artifact.id, artifact]))
    for (const artifact of all.values()) {
      let depth = 0
      for (let at = artifact; at.parentId !== null; depth++) {
        expect(depth).toBeLessThan(all.size)
        const parent = all.get(at.parentId)
        if (!parent) throw new Error('A parent is missing.')
        at = parent
      }
      expect(artifact.level).toBe(depth)
    }
  },
)

test.each(DATABASES)('on %s, two nodes that are moved below each other make no circle', async (kind) => {
  const url = await databaseUrl(kind)
  const first = serviceOf({ url })
  await first.ready()
  const second = kind === 'memory' ? first : serviceOf({ url })
  for (let round = 0; round < 10; round++) {
    const [a, b] = [await create(first, { data: 'a' }), await create(first, { data: 'b' })]
    const answers = await Promise.all([
      put(first, a.id, { data: 'a', parent_id: b.id }),
      put(second, b.id, { data: 'b', parent_id: a.id }),
    ])
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409])
  }
})
