import { defineEntity } from '@chapkit/data'
import { DATABASES, type DatabaseKind } from '@chapkit/testing'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { serviceOn } from './service.ts'

const PATH = '/api/v1/documents'
const Schema = Type.Object({ title: Type.String(), data: Type.Unknown(), size: Type.Optional(Type.Number()) })

async function service(kind: DatabaseKind) {
  const app = await serviceOn(
    kind,
    defineEntity({ name: 'document', table: 'documents', schema: Schema, unique: ['title'] }),
  )
  const post = (payload: string) =>
    app.inject({ method: 'POST', url: PATH, payload, headers: { 'content-type': 'application/json' } })
  return { app, post }
}

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

describe.each(DATABASES)('on %s', (kind) => {
  test.each([
    ['{"title":"a","data":', 'not JSON'],
    ['{"title":"a","data":1}}', 'something after the JSON'],
    ['', 'nothing'],
    ['{"title":"a\\u0000","data":1}', 'NUL in a text column'],
    ['{"title":"a","data":{"b":["\\u0000"]}}', 'NUL in JSON'],
    ['{"title":"a","data":{"\\u0000":1}}', 'NUL in the name of a member'],
    ['{"title":"\\ud800","data":1}', 'half a surrogate pair in a text column'],
    ['{"title":"a","data":{"\\udfff":1}}', 'half a surrogate pair in the name of a member'],
    ['{"title":"a","data":1,"other":2}', 'an unknown member'],
    ['{"title":"a","data":1,"__proto__":{"size":1}}', 'an unknown member of a bad name'],
    ['{"title":["a"],"data":1}', 'a list for a text'],
    ['{"title":"a","data":1,"size":1e999}', 'a number that is none'],
    ['{"title":"a","data":1,"id":{}}', 'an id of another type'],
    ['[[],{"title":"a"},1]', 'a list of things'],
    [`{"title":"a","data":${nested(600)}}`, 'nesting of 600 levels'],
    ['"\ufeff"', 'a text'],
  ])('%s is 422: %s', async (payload) => {
    const { app, post } = await service(kind)
    const answer = await post(payload)
    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({ type: 'urn:chapkit:error:validation-failed', status: 422 })
    expect((await app.inject(PATH)).body).toBe('[]')
  })

  test.each([
    '{"__proto__":{"a":1},"constructor":{"prototype":{"b":2}},"toString":1}',
    nested(100),
    '{"a":[1,-0.5,1e300,5e-324,9007199254740993,true,null,"",{}]}',
    '{"z":1,"a":2,"1":3,"ä😀":"\\"\\\\\\u001f"}',
    'null',
    '""',
  ])('%s comes back as it was', async (data) => {
    const { app, post } = await service(kind)
    const answer = await post(`{"title":"a","data":${data}}`)
    expect(answer.statusCode).toBe(201)
    const stored = await app.inject(`${PATH}/${answer.json().id}`)
    expect(stored.body).toBe(answer.body)
    expect(stored.body).toContain(`"data":${JSON.stringify(JSON.parse(data))}`)
    expect(Object.prototype).not.toHaveProperty('a')
  })

  test('a body of 2 MiB is 413', async () => {
    const { app, post } = await service(kind)
    const answer = await post(JSON.stringify({ title: 'a', data: 'x'.repeat(2 ** 21) }))
    expect(answer.statusCode).toBe(413)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect((await app.inject(PATH)).body).toBe('[]')
  })

  test('a title of 1,000,000 characters can be stored and is unique', async () => {
    const { post } = await service(kind)
    const payload = JSON.stringify({ title: 'ä'.repeat(500_000), data: 1 })
    expect((await post(payload)).statusCode).toBe(201)
    expect((await post(payload)).statusCode).toBe(409)
  })

  test.each([
    'page=1&size=99999999999999999999',
    'page=99999999999999999999&size=1',
    'after=99999999999999999999',
  ])('?%s is 422', async (query) => {
    const { app } = await service(kind)
    expect((await app.inject(`${PATH}?${query}`)).statusCode).toBe(422)
  })

  test.each(['GET', 'PUT', 'DELETE'] as const)('%s of an id of a wrong type is 400', async (method) => {
    const { app } = await service(kind)
    for (const id of ['1', 'null', '%00', '%F0%9F%98%80', '[]', "'%20or%201=1--", '8'.repeat(26)]) {
      const payload = method === 'PUT' ? { payload: { title: 'a', data: 1 } } : {}
      const answer = await app.inject({ method, url: `${PATH}/${id}`, ...payload })
      expect([id, answer.statusCode]).toEqual([id, 400])
    }
  })
})
