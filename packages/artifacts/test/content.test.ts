import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { DATABASES, databaseUrl, temporaryFolder } from '@chapkit/testing'
import { describe, expect, test } from 'vitest'
import {
  download,
  files,
  INLINE,
  LARGE,
  sha256,
  SMALL,
  tagOf,
  upload,
  withFolder,
} from './content-support.ts'
import { type App, create, get, PATH, put, serviceOf, UNKNOWN_ID } from './service.ts'

const empty = Buffer.alloc(0)

describe.each(DATABASES)('on %s', (kind) => {
  async function open() {
    const folder = temporaryFolder()
    const app = serviceOf({ url: await databaseUrl(kind), ...withFolder(folder) })
    const { id } = await create(app, { data: { of: 'an artifact' } })
    return { app, id, folder }
  }

  test.each([
    ['in the database', SMALL, 0],
    ['of exactly the limit of the database', LARGE.subarray(0, INLINE), 0],
    ['in a file', LARGE, 1],
    ['of one byte more than the limit of the database', LARGE.subarray(0, INLINE + 1), 1],
    ['that is empty', empty, 0],
  ])('content %s comes back as it was', async (_where, bytes, count) => {
    const { app, id, folder } = await open()
    const { headers: before } = await app.inject(`${PATH}/${id}`)
    const content = { media_type: 'text/x-own; charset=utf-8', size: bytes.length, sha256: sha256(bytes) }
    const stored = await upload(app, id, bytes, { 'content-type': content.media_type })
    expect(stored.statusCode).toBe(200)
    expect(stored.json()).toEqual(content)
    expect(stored.headers['etag']).toBe(tagOf(bytes))
    expect(files(folder)).toHaveLength(count)

    const got = await download(app, id)
    expect(got.statusCode).toBe(200)
    expect(got.rawPayload.equals(bytes)).toBe(true)
    expect(got.headers).toMatchObject({
      'content-type': content.media_type,
      'content-length': String(bytes.length),
      etag: tagOf(bytes),
      'accept-ranges': 'bytes',
      'content-disposition': `attachment; filename="${id}"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
    const head = await download(app, id, {}, 'HEAD')
    expect([head.statusCode, head.body]).toEqual([200, ''])
    const { date: _one, 'x-request-id': _first, ...sent } = got.headers
    const { date: _other, 'x-request-id': _second, ...shown } = head.headers
    expect(shown).toEqual(sent)

    // The artifact shows it, under a new version; lists leave it out.
    const artifact = await app.inject(`${PATH}/${id}`)
    expect(artifact.json()).toMatchObject({ data: { of: 'an artifact' }, content })
    expect(artifact.headers['etag']).not.toBe(before['etag'])
    expect(await get(app, `${id}/$tree`)).toMatchObject({ content })
    for (const query of ['', '?page=1&size=10', '?limit=5']) {
      expect((await app.inject(`${PATH}${query}`)).body).not.toContain('content')
    }
    // Data is replaced beside it.
    expect((await put(app, id, { data: 2 })).json()).toMatchObject({ data: 2, content })
  })

  test('new content takes the place of the old, and goes with the artifact', async () => {
    const { app, id, folder } = await open()
    await upload(app, id, LARGE)
    const [first] = files(folder)
    await upload(app, id, LARGE.subarray(1))
    expect(files(folder)).toHaveLength(1)
    expect(files(folder)).not.toEqual([first])
    await upload(app, id, SMALL)
    expect(files(folder)).toEqual([])
    expect((await download(app, id)).rawPayload).toEqual(SMALL)
    await upload(app, id, LARGE)
    expect((await app.inject({ method: 'DELETE', url: `${PATH}/${id}` })).statusCode).toBe(204)
    expect(files(folder)).toEqual([])
    expect((await download(app, id)).statusCode).toBe(404)
  })

  test('content is deleted without the artifact', async () => {
    const { app, id, folder } = await open()
    const remove = (headers = {}) => app.inject({ method: 'DELETE', url: `${PATH}/${id}/$content`, headers })
    expect((await remove()).statusCode).toBe(204)
    await upload(app, id, LARGE)
    expect((await remove({ 'if-match': '"other"' })).statusCode).toBe(412)
    expect((await remove({ 'if-match': tagOf(LARGE) })).statusCode).toBe(204)
    expect(files(folder)).toEqual([])
    const missing = await download(app, id)
    expect(missing.statusCode).toBe(404)
    expect(missing.json()).toMatchObject({ detail: `The artifact with id ${id} has no content` })
    expect(await get(app, id)).not.toHaveProperty('content')
  })

  test('If-Match and If-None-Match guard the content', async () => {
    const { app, id } = await open()
    const statusOf = async (bytes: Buffer, headers: Record<string, string>) =>
      (await upload(app, id, bytes, headers)).statusCode
    expect(await statusOf(SMALL, { 'if-match': '*' })).toBe(412)
    expect(await statusOf(SMALL, { 'if-none-match': '*' })).toBe(200)
    expect(await statusOf(LARGE, { 'if-none-match': '*' })).toBe(412)
    expect(await statusOf(LARGE, { 'if-match': `"a", W/${tagOf(SMALL)}` })).toBe(412)
    expect(await statusOf(LARGE, { 'if-match': `"a", ${tagOf(SMALL)}` })).toBe(200)
    // Of many who saw the same content, one replaces it.
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, at) => statusOf(LARGE.subarray(at + 1), { 'if-match': tagOf(LARGE) })),
    )
    expect(all.toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(7).fill(412)])
  })

  test('code writes and reads content as well', async () => {
    const { app, id, folder } = await open()
    const parts = [LARGE.subarray(0, 7), LARGE.subarray(7)]
    const written = await app.artifacts.writeContent(id.toLowerCase(), Readable.from(parts))
    expect(written).toEqual({
      mediaType: 'application/octet-stream',
      size: LARGE.length,
      sha256: sha256(LARGE),
    })
    const read = await app.artifacts.readContent(id)
    expect(read).toMatchObject(written)
    expect((await buffer(read?.stream as Readable)).equals(LARGE)).toBe(true)

    // What a transaction that fails has written is not there, and what it has removed is.
    const fails = app.database.transaction(async () => {
      await app.artifacts.writeContent(id, Readable.from([SMALL]))
      await app.artifacts.delete(id)
      throw new Error('on purpose')
    })
    await expect(fails).rejects.toThrow('on purpose')
    expect((await download(app, id)).rawPayload.equals(LARGE)).toBe(true)
    expect(files(folder)).toHaveLength(1)
    expect(await app.artifacts.deleteContent(id)).toBe(true)
    expect(await app.artifacts.readContent(id)).toBeUndefined()
  })

  test('a reader keeps the content that it has begun to read', async () => {
    const { app, id } = await open()
    await upload(app, id, LARGE)
    const read = await app.artifacts.readContent(id)
    await upload(app, id, SMALL)
    expect((await buffer(read?.stream as Readable)).equals(LARGE)).toBe(true)
  })

  test('readers and writers at the same time: each answer is one content as a whole', async () => {
    const { app, id } = await open()
    const versions = Array.from({ length: 6 }, (_, at) => LARGE.subarray(at * 1000))
    const known = new Set(versions.map(tagOf))
    await upload(app, id, LARGE)
    const writing = Promise.all(
      [1, 2, 3].map(async (writer) => {
        for (const bytes of versions) {
          expect((await upload(app, id, bytes, { 'x-writer': String(writer) })).statusCode).toBe(200)
        }
      }),
    )
    const reading = Promise.all(
      Array.from({ length: 30 }, async () => {
        const { statusCode, headers, rawPayload } = await download(app, id)
        expect(statusCode).toBe(200)
        expect(headers['etag']).toBe(tagOf(rawPayload))
        expect(known).toContain(headers['etag'])
      }),
    )
    await Promise.all([writing, reading])
  })
})

describe.each([
  ['in the database', SMALL],
  ['in a file', LARGE],
])('ranges of content %s', (_where, bytes) => {
  async function open(): Promise<{ app: App; id: string }> {
    const app = serviceOf(withFolder(temporaryFolder()))
    const { id } = await create(app, { data: 1 })
    await upload(app, id, bytes)
    return { app, id }
  }
  const size = bytes.length

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=2-4', 2, 5],
    ['bytes=5-', 5, size],
    ['bytes=-3', size - 3, size],
    [`bytes=-${size + 10}`, 0, size],
    [`bytes=1-${size + 10}`, 1, size],
    ['Bytes= 1-2', 1, 3],
    ['bytes=0-99999999999999999999', 0, size],
  ])('%s', async (range, from, to) => {
    const { app, id } = await open()
    const answer = await download(app, id, { range })
    expect(answer.statusCode).toBe(206)
    expect(answer.headers['content-range']).toBe(`bytes ${from}-${to - 1}/${size}`)
    expect(answer.headers['content-length']).toBe(String(to - from))
    expect(answer.rawPayload.equals(bytes.subarray(from, to))).toBe(true)
    expect(answer.headers['etag']).toBe(tagOf(bytes))
  })

  test.each([`bytes=${size}-`, `bytes=${size}-${size}`, 'bytes=-0', 'bytes=99999999999999999999-'])(
    '%s cannot be satisfied',
    async (range) => {
      const { app, id } = await open()
      const answer = await download(app, id, { range })
      expect(answer.statusCode).toBe(416)
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'content-range': `bytes */${size}`,
      })
      expect(answer.headers).not.toHaveProperty('content-disposition')
    },
  )

  test.each([
    'bytes=0-1,3-4',
    'bytes=4-2',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'items=0-1',
    'bytes 0-1',
    '0-1',
  ])('%s is ignored', async (range) => {
    const { app, id } = await open()
    const answer = await download(app, id, { range })
    expect(answer.statusCode).toBe(200)
    expect(answer.rawPayload.equals(bytes)).toBe(true)
  })

  test('conditions', async () => {
    const { app, id } = await open()
    const status = async (headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') =>
      (await download(app, id, headers, method)).statusCode
    const range = 'bytes=0-1'
    const tag = tagOf(bytes)
    expect(await status({ range, 'if-range': tag })).toBe(206)
    expect(await status({ range, 'if-range': `W/${tag}` })).toBe(200)
    expect(await status({ range, 'if-range': '"other"' })).toBe(200)
    expect(await status({ range, 'if-range': 'Wed, 21 Oct 2015 07:28:00 GMT' })).toBe(200)
    for (const known of [tag, `W/${tag}`, `"a,b", ${tag}`, '*']) {
      const answer = await download(app, id, { 'if-none-match': known })
      expect([answer.statusCode, answer.body, answer.headers['etag']]).toEqual([304, '', tag])
      expect(await status({ 'if-none-match': known, range }, 'HEAD')).toBe(304)
    }
    expect(await status({ 'if-none-match': '"other"' })).toBe(200)
    expect(await status({ 'if-match': '"other"' })).toBe(412)
    expect(await status({ 'if-match': tag })).toBe(200)
    expect(await status({ range }, 'HEAD')).toBe(200)
  })
})

test('what is no content of an artifact', async () => {
  const app = serviceOf()
  const { id } = await create(app, { data: 1 })
  const answers = await Promise.all([
    upload(app, UNKNOWN_ID, SMALL),
    upload(app, 'x', SMALL),
    download(app, 'x'),
    download(app, UNKNOWN_ID),
    upload(app, id, SMALL, { 'content-encoding': 'gzip' }),
    upload(app, id, SMALL, { 'content-range': 'bytes 0-9/20' }),
    upload(app, id, SMALL, { 'content-type': 'nonsense' }),
    app.inject({ method: 'POST', url: `${PATH}/${id}/$content`, payload: 'x' }),
  ])
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 400, 400, 404, 415, 400, 415, 405])
  expect(answers[1]?.json()).toMatchObject({ instance: `${PATH}/x` })
  for (const answer of answers) expect(answer.headers['content-type']).toBe('application/problem+json')
  expect((await upload(app, id, SMALL, { 'content-encoding': 'identity' })).statusCode).toBe(200)
})

test('content that is too large is refused, and the old one stays', async () => {
  const folder = temporaryFolder()
  const app = serviceOf(withFolder(folder))
  const { id } = await create(app, { data: 1 })
  await upload(app, id, LARGE)
  const tooLarge = await upload(app, id, Buffer.alloc(1_000_001))
  expect(tooLarge.statusCode).toBe(413)
  expect(tooLarge.json()).toMatchObject({
    detail: 'The content is larger than the 1000000 bytes that this service keeps.',
  })
  // The same where the size is not known before.
  const pieces = Readable.from(Array.from({ length: 11 }, () => Buffer.alloc(100_000)))
  await expect(app.artifacts.writeContent(id, pieces)).rejects.toMatchObject({ statusCode: 413 })
  expect(files(folder)).toHaveLength(1)
  expect((await download(app, id)).rawPayload.equals(LARGE)).toBe(true)
})

test('without a folder, content beyond the limit of the database is refused with what to do', async () => {
  const app = serviceOf({ inlineContentSize: 10 })
  const { id } = await create(app, { data: 1 })
  expect((await upload(app, id, SMALL)).statusCode).toBe(200)
  const answer = await upload(app, id, Buffer.alloc(11))
  expect(answer.statusCode).toBe(413)
  expect(answer.json<{ detail: string }>().detail).toMatch(/set contentDir of withArtifacts\(\)/)
  const pieces = Readable.from([SMALL, SMALL])
  await expect(app.artifacts.writeContent(id, pieces)).rejects.toMatchObject({ statusCode: 413 })
  expect((await download(app, id)).rawPayload).toEqual(SMALL)
})
