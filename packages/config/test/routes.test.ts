import { sendRaw, listening } from '@chapkit/testing'
import { describe, expect, test, vi, onTestFinished } from 'vitest'
import { AppConfig, create, DEFAULTS, serviceOf, UNKNOWN_ID } from './service.ts'

const PATH = '/api/v1/configs'
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const body = { name: 'prod', data: { environment: 'production' } }

test('POST answers 201 with the config, its defaults and where it is', async () => {
  const app = serviceOf(AppConfig)
  const answer = await app.inject({ method: 'POST', url: PATH, body, headers: { host: 'svc.example:8000' } })
  expect(answer.statusCode).toBe(201)
  expect(answer.headers['content-type']).toBe('application/json')
  const config = answer.json<Record<string, string>>()
  expect(config).toEqual({
    id: expect.stringMatching(ULID) as string,
    created_at: expect.stringMatching(TIME) as string,
    updated_at: config['created_at'],
    name: 'prod',
    data: { environment: 'production', ...DEFAULTS },
  })
  expect(answer.headers.location).toBe(`http://svc.example:8000${PATH}/${config['id']}`)
})

test('Location is the path alone when there is no Host', async () => {
  const port = await listening(serviceOf(AppConfig))
  const text = JSON.stringify(body)
  const head = `POST ${PATH} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`
  const answer = await sendRaw(port, head + text)
  expect(answer.status).toBe(201)
  expect(answer.headers['location']).toMatch(/^\/api\/v1\/configs\/[0-9A-Z]{26}$/)
})

test('POST takes an id, in lower case as well, and ignores other members', async () => {
  const app = serviceOf(AppConfig)
  const id = '01J0000000000000000000AAAA'
  const config = await create(app, { ...body, id: id.toLowerCase(), color: 'red', created_at: '2000-01-01' })
  expect(config.id).toBe(id)
  expect(Object.keys(config)).toEqual(['id', 'created_at', 'updated_at', 'name', 'data'])
  expect(config['created_at']).not.toBe('2000-01-01')
  expect((await create(app, { ...body, name: 'other', id: null })).id).toMatch(ULID)
})

test('an id or a name that is taken is a conflict', async () => {
  const app = serviceOf(AppConfig)
  const { id } = await create(app, body)
  const post = (change: object) => app.inject({ method: 'POST', url: PATH, body: { ...body, ...change } })
  const sameId = await post({ id, name: 'other' })
  expect(sameId.statusCode).toBe(409)
  expect(sameId.headers['content-type']).toBe('application/problem+json')
  expect(sameId.json()).toEqual({
    type: 'urn:chapkit:error:conflict',
    title: 'Conflict',
    status: 409,
    detail: `A config with id ${id} exists already; PUT replaces it.`,
    instance: PATH,
  })
  const sameName = await post({})
  expect(sameName.statusCode).toBe(409)
  expect(sameName.json()).toMatchObject({
    detail: "A config with the name 'prod' exists already; choose another name.",
  })
  const long = 'x'.repeat(5000)
  await create(app, { ...body, name: long })
  expect((await post({ name: long })).body.length).toBeLessThan(500)
  expect((await app.inject(PATH)).json()).toHaveLength(2)
})

test('of two clients that create one name at once, one gets 201 and the others 409', async () => {
  const app = serviceOf(AppConfig)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => app.inject({ method: 'POST', url: PATH, body })),
  )
  const statuses = answers.map(({ statusCode }) => statusCode)
  expect(statuses.filter((status) => status === 201)).toHaveLength(1)
  expect(statuses.filter((status) => status === 409)).toHaveLength(19)
})

test('names may be the same with uniqueNames: false', async () => {
  const app = serviceOf(AppConfig, { uniqueNames: false })
  await create(app, body)
  await create(app, body)
  expect((await app.inject(PATH)).json()).toHaveLength(2)
})

test('GET answers with the config, HEAD with the same headers', async () => {
  const app = serviceOf(AppConfig)
  const config = await create(app, body)
  for (const id of [config.id, config.id.toLowerCase()]) {
    const answer = await app.inject(`${PATH}/${id}`)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.json()).toEqual(config)
    const head = await app.inject({ method: 'HEAD', url: `${PATH}/${id}` })
    expect(head.statusCode).toBe(200)
    expect(head.body).toBe('')
    expect(head.headers['content-length']).toBe(answer.headers['content-length'])
  }
})

test('PUT replaces the whole data, keeps created_at and ignores the id in the body', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const app = serviceOf(AppConfig)
  const config = await create(app, {
    name: 'x',
    data: { environment: 'e', extra: 1, retries: 9, none: null },
  })
  expect(config['data']).toEqual({ environment: 'e', extra: 1, ...DEFAULTS, retries: 9, none: null })
  vi.setSystemTime(Date.now() + 1000)
  const answer = await app.inject({
    method: 'PUT',
    url: `${PATH}/${config.id}`,
    body: { id: UNKNOWN_ID, name: 'y', data: { environment: 'f' } },
  })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.json()).toEqual({
    ...config,
    name: 'y',
    data: { environment: 'f', ...DEFAULTS },
    updated_at: new Date().toISOString(),
  })
  expect((await app.inject(`${PATH}/${config.id}`)).json()).toEqual(answer.json())
  expect((await app.inject(`${PATH}/${UNKNOWN_ID}`)).statusCode).toBe(404)
})

test('PUT may keep the name, and not take that of another', async () => {
  const app = serviceOf(AppConfig)
  const { id } = await create(app, body)
  await create(app, { ...body, name: 'other' })
  const put = (change: object) =>
    app.inject({ method: 'PUT', url: `${PATH}/${id}`, body: { ...body, ...change } })
  expect((await put({})).statusCode).toBe(200)
  expect((await put({ name: 'other' })).statusCode).toBe(409)
})

test('DELETE answers 204 without a body, and then 404', async () => {
  const app = serviceOf(AppConfig)
  const { id } = await create(app, body)
  const remove = () => app.inject({ method: 'DELETE', url: `${PATH}/${id.toLowerCase()}` })
  const gone = await remove()
  expect(gone.statusCode).toBe(204)
  expect(gone.headers['content-type']).toBe('application/json')
  expect(gone.body).toBe('')
  const again = await remove()
  expect(again.statusCode).toBe(404)
  expect(again.json()).toMatchObject({ detail: `Entity with id ${id} not found` })
  await create(app, body)
})

test.each([
  ['application/json', ''],
  ['application/json', '{"a":1}'],
  ['application/json', '{'],
  ['text/plain', 'x'],
  ['multipart/form-data', 'x'],
])('DELETE ignores a body: %s %j', async (type, payload) => {
  const app = serviceOf(AppConfig)
  const { id } = await create(app, body)
  const url = `${PATH}/${id}`
  const headers = { 'content-type': type, 'content-length': String(payload.length) }
  expect((await app.inject({ method: 'DELETE', url, headers, payload })).statusCode).toBe(204)
  const large = 'x'.repeat(2 ** 21)
  expect((await app.inject({ method: 'DELETE', url, payload: large })).statusCode).toBe(413)
})

describe.each(['GET', 'HEAD', 'PUT', 'DELETE'] as const)('%s of an id', (method) => {
  const payload = method === 'PUT' ? { body } : {}

  test('that names nothing is 404', async () => {
    const answer = await serviceOf(AppConfig).inject({ method, url: `${PATH}/${UNKNOWN_ID}`, ...payload })
    expect(answer.statusCode).toBe(404)
    if (method === 'HEAD') return
    expect(answer.json()).toEqual({
      type: 'urn:chapkit:error:not-found',
      title: 'Resource Not Found',
      status: 404,
      detail: `Entity with id ${UNKNOWN_ID} not found`,
      instance: `${PATH}/${UNKNOWN_ID}`,
    })
  })

  test.each([
    ['nope', 'nope'],
    ['8ZZZZZZZZZZZZZZZZZZZZZZZZZ', '8ZZZZZZZZZZZZZZZZZZZZZZZZZ'],
    ['%3Cscript%3E', '<script>'],
    ["'%3BDROP%20TABLE%20configs%3B--", "';DROP TABLE configs;--"],
    ['%00', '\0'],
    ['__proto__', '__proto__'],
  ])('that is no ULID is 400: %s', async (sent, shown) => {
    const answer = await serviceOf(AppConfig).inject({ method, url: `${PATH}/${sent}`, ...payload })
    expect(answer.statusCode).toBe(400)
    if (method === 'HEAD') return
    expect(answer.json()).toMatchObject({
      type: 'urn:chapkit:error:invalid-ulid',
      title: 'Invalid ULID Format',
      detail: `Invalid ULID format: ${shown}`,
    })
  })

  test('with an encoded slash is 404', async () => {
    const answer = await serviceOf(AppConfig).inject({ method, url: `${PATH}/a%2Fb`, ...payload })
    expect(answer.statusCode).toBe(404)
    expect(answer.headers['content-type']).toBe('application/problem+json')
  })
})

test('paths below a config are not ours', async () => {
  const app = serviceOf(AppConfig)
  const { id } = await create(app, body)
  for (const url of [`${PATH}/${id}/$artifacts`, `${PATH}/nope/$artifacts`, `${PATH}/`, `${PATH}/${id}/`]) {
    expect((await app.inject(url)).statusCode).toBe(404)
  }
})

describe('the list', () => {
  const names = (items: { name: string }[]) => items.map(({ name }) => name)

  async function withConfigs(all: string[]) {
    const app = serviceOf(AppConfig)
    for (const name of all) await create(app, { ...body, name })
    return { app, get: (query: string) => app.inject(`${PATH}${query}`) }
  }

  test('is an array in the order of the ids', async () => {
    const { app, get } = await withConfigs(['b', 'a'])
    await create(app, { ...body, name: 'given', id: '00000000000000000000000000' })
    const answer = await get('')
    expect(answer.headers['content-type']).toBe('application/json')
    expect(names(answer.json())).toEqual(['given', 'b', 'a'])
    expect((await app.inject({ method: 'HEAD', url: PATH })).headers['content-length']).toBe(
      answer.headers['content-length'],
    )
  })

  test('is an empty array at first', async () => {
    expect((await (await withConfigs([])).get('')).body).toBe('[]')
  })

  test.each(['?size=1', '?page=2', '?foo=bar&sort=name'])('is whole with %s', async (query) => {
    const { get } = await withConfigs(['a', 'b', 'c'])
    expect(names((await get(query)).json())).toEqual(['a', 'b', 'c'])
  })

  test('is paged with page and size', async () => {
    const { get } = await withConfigs(['a', 'b', 'c'])
    const { items, ...rest } = (await get('?page=2&size=2')).json<{ items: { name: string }[] }>()
    expect(names(items)).toEqual(['c'])
    expect(rest).toEqual({ total: 3, page: 2, size: 2, pages: 2 })
    const beyond = (await get('?page=9&size=100')).json<object>()
    expect(beyond).toEqual({ items: [], total: 3, page: 9, size: 100, pages: 1 })
    const empty = await (await withConfigs([])).get('?page=1&size=10')
    expect(empty.json()).toEqual({ items: [], total: 0, page: 1, size: 10, pages: 0 })
  })

  test.each([
    'page=0&size=1',
    'page=1&size=0',
    'page=-1&size=1',
    'page=1&size=-1',
    'page=1&size=101',
    'page=99999999999999999999&size=1',
    'page=1&size=99999999999999999999',
    'page=2147483648&size=1',
    'page=a&size=1',
    'page=1.5&size=1',
    'page=&size=1',
    'page=1&size=',
    'page=NaN&size=Infinity',
    'page=1&page=2&size=1',
    'page=1%00&size=1',
    'page=0',
    'size=101',
  ])('refuses %s', async (query) => {
    const answer = await (await withConfigs([])).get(`?${query}`)
    expect(answer.statusCode).toBe(422)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    const { errors, ...problem } = answer.json<{ errors: { pointer: string }[] }>()
    expect(problem).toMatchObject({ type: 'urn:chapkit:error:validation-failed', status: 422 })
    expect(errors[0]?.pointer).toMatch(/^\/(page|size)/)
  })
})

test('$schema is the JSON schema of a config, however the dollar sign is sent', async () => {
  const app = serviceOf(AppConfig)
  const answer = await app.inject(`${PATH}/$schema`)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.json()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['id', 'created_at', 'updated_at', 'name', 'data'],
    properties: {
      data: { type: 'object', required: ['environment', 'debug', 'retries', 'tags'] },
    },
  })
  expect(answer.body).not.toContain('~')
  expect((await app.inject(`${PATH}/%24schema`)).body).toBe(answer.body)
})
