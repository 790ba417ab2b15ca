import { ConfigLinkingError } from '@chapkit/artifacts'
import { SqlConfigStore } from '@chapkit/config'
import { openDatabase } from '@chapkit/data'
import { DATABASES, databaseUrl } from '@chapkit/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type App, chain, create, get, PATH, put, serviceOf, UNKNOWN_ID } from './service.ts'

const CONFIGS = '/api/v1/configs'

const configOf = async (app: App, name: string): Promise<string> =>
  (await app.ready().then(() => app.configs.create({ name, data: { value: 1 } }))).id
const operate = (app: App, config: string, operation: string, body: unknown) =>
  app.inject({ method: 'POST', url: `${CONFIGS}/${config}/$${operation}`, body: body as object })
const link = (app: App, config: string, artifact: string) =>
  operate(app, config, 'link-artifact', { artifact_id: artifact })
const linked = async (app: App, config: string) =>
  (await app.inject(`${CONFIGS}/${config}/$artifacts`)).json<{ id: string }[]>().map(({ id }) => id)

describe.each(DATABASES)('on %s', (kind) => {
  const open = async (): Promise<App> => serviceOf({ url: await databaseUrl(kind) })

  test('a root is linked, shown, moved to another config, and unlinked', async () => {
    const app = await open()
    const [root, child] = (await chain(app, 1, 2)) as [string, string]
    const [a, b] = [await configOf(app, 'a'), await configOf(app, 'b')]
    const answer = await link(app, a, root.toLowerCase())
    expect([answer.statusCode, answer.body]).toEqual([204, ''])
    const config = (await app.inject(`${CONFIGS}/${a}`)).json<object>()
    expect(await get(app, `${root}/$expand`)).toMatchObject({ config })
    expect(await get(app, `${root}/$tree`)).toMatchObject({ config, children: [{ config: null }] })
    expect(await get(app, `${child}/$expand`)).toMatchObject({ config: null })
    expect(await get(app, `${child}/$config`)).toEqual(config)
    expect((await app.inject(`${CONFIGS}/${a}/$artifacts`)).json()).toEqual([await get(app, root)])

    expect((await link(app, b, root)).statusCode).toBe(204)
    expect([await linked(app, a), await linked(app, b)]).toEqual([[], [root]])
    // It is not linked to this one any more.
    expect((await operate(app, a, 'unlink-artifact', { artifact_id: root })).statusCode).toBe(204)
    expect(await linked(app, b)).toEqual([root])
    expect((await operate(app, b, 'unlink-artifact', { artifact_id: root })).statusCode).toBe(204)
    expect(await linked(app, b)).toEqual([])
    expect((await app.inject(`${PATH}/${child}/$config`)).body).toBe('null')
  })

  test('links go with the config, with the artifact, and with being a root', async () => {
    const app = await open()
    const [one, two, three] = (await Promise.all([1, 2, 3].map((data) => create(app, { data })))).map(
      ({ id }) => id,
    ) as [string, string, string]
    const [a, b] = [await configOf(app, 'a'), await configOf(app, 'b')]
    for (const id of [one, two]) await link(app, a, id)
    await link(app, b, three)
    expect(await linked(app, a)).toEqual([one, two].sort())

    await put(app, two, { data: 2, parent_id: three })
    expect(await linked(app, a)).toEqual([one])
    expect(await get(app, `${two}/$config`)).toMatchObject({ id: b })
    await app.inject({ method: 'DELETE', url: `${PATH}/${one}` })
    expect(await linked(app, a)).toEqual([])
    await app.inject({ method: 'DELETE', url: `${CONFIGS}/${b}` })
    expect(await get(app, `${three}/$expand`)).toMatchObject({ config: null })
    await app.configs.create({ id: b, name: 'again', data: { value: 2 } })
    expect(await linked(app, b)).toEqual([])
    expect(await linked(app, UNKNOWN_ID)).toEqual([])
  })

  test('what cannot be linked is refused with a sentence', async () => {
    const app = await open()
    const [root, child] = (await chain(app, 1, 2)) as [string, string]
    const config = await configOf(app, 'a')
    const answers = await Promise.all([
      link(app, config, UNKNOWN_ID),
      link(app, config, child),
      link(app, UNKNOWN_ID, root),
      link(app, 'nope', root),
      operate(app, config, 'link-artifact', { artifact_id: 'x' }),
      operate(app, config, 'link-artifact', { artifact_id: 7 }),
      operate(app, config, 'unlink-artifact', {}),
      operate(app, config, 'unlink-artifact', []),
      operate(app, UNKNOWN_ID, 'unlink-artifact', { artifact_id: root }),
    ])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([400, 400, 404, 400, 422, 422, 422, 422, 204])
    expect(answers.slice(0, 4).map((answer) => answer.json<{ detail: string }>().detail)).toEqual([
      `Artifact with id ${UNKNOWN_ID} not found; only one that exists can be linked.`,
      `The artifact with id ${child} is no root; link the root above it.`,
      `Entity with id ${UNKNOWN_ID} not found`,
      'Invalid ULID format: nope',
    ])
    expect(answers[3]?.json()).toMatchObject({ instance: `${CONFIGS}/nope` })
    expect(answers[4]?.json()).toMatchObject({ errors: [{ pointer: '/artifact_id' }] })
  })

  test('an artifact is linked or moved below another, never both', async () => {
    const app = await open()
    const config = await configOf(app, 'a')
    const parent = await create(app, { data: 'parent' })
    for (let round = 0; round < 10; round++) {
      const { id } = await create(app, { data: round })
      await Promise.all([link(app, config, id), put(app, id, { data: round, parent_id: parent.id })])
      expect(await linked(app, config)).toEqual([])
    }
  })
})

test('configs may be in a store of the user’s own, and under another prefix', async () => {
  const elsewhere = await openDatabase()
  onTestFinished(() => elsewhere.close())
  const app = serviceOf({ configs: { store: new SqlConfigStore(elsewhere), prefix: '/settings' } })
  const [root] = (await chain(app, 1)) as [string]
  const config = await configOf(app, 'a')
  const url = `/settings/${config}`
  const body = { artifact_id: root }
  expect((await app.inject({ method: 'POST', url: `${url}/$link-artifact`, body })).statusCode).toBe(204)
  expect((await app.inject(`${url}/$artifacts`)).json()).toHaveLength(1)
  await elsewhere.kysely.withTables<{ configs: object }>().deleteFrom('configs').execute()
  expect((await app.inject(`${url}/$artifacts`)).json()).toEqual([])
  expect((await app.inject(`${PATH}/${root}/$config`)).body).toBe('null')
  expect((await app.inject(`${PATH}/${UNKNOWN_ID}/$config`)).body).toBe('null')
})

test('without linking there are no such routes, and code is told so', async () => {
  const app = serviceOf({ enableConfigLinking: false })
  const [root] = (await chain(app, 1)) as [string]
  expect((await app.inject(`${PATH}/${root}/$config`)).statusCode).toBe(404)
  expect((await app.inject(`${CONFIGS}/${UNKNOWN_ID}/$artifacts`)).statusCode).toBe(404)
  expect(await get(app, `${root}/$expand`)).toMatchObject({ config: null })
  await expect(app.artifacts.link(UNKNOWN_ID, root)).rejects.toThrow(ConfigLinkingError)
  await expect(app.artifacts.linkedTo(UNKNOWN_ID)).rejects.toThrow('enableConfigLinking: true')
})
