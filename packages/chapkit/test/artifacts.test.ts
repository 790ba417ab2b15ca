import { ServiceBuilder } from 'chapkit'
import { captureLog, listening, sendRaw } from '@chapkit/testing'
import { expect, test } from 'vitest'

const ARTIFACTS = '/api/v1/artifacts'
const KEY = 'sk_test_of_the_artifacts_0001'

test('without a key, content is neither read nor shown', async () => {
  const app = new ServiceBuilder({ displayName: 'Guarded' }, { logStream: captureLog().stream })
    .withAuth({ apiKeys: [KEY] })
    .withArtifacts()
    .build()
  const port = await listening(app)
  const headers = { 'x-api-key': KEY }
  const { id } = (await app.inject({ method: 'POST', url: ARTIFACTS, headers, body: { data: 1 } })).json<{
    id: string
  }>()
  const url = `${ARTIFACTS}/${id}`
  await app.inject({ method: 'PUT', url: `${url}/$content`, headers, payload: 'secret' })

  // A gigabyte is announced, and not sent: who waits for it never answers.
  const length = 'Content-Length: 1073741824'
  const upload = await sendRaw(port, `PUT ${url}/$content HTTP/1.1\r\nHost: x\r\n${length}\r\n\r\n`)
  expect(upload.status).toBe(401)
  expect(upload.headers['connection']).toBe('close')
  for (const [method, path] of [
    ['GET', '$download'],
    ['HEAD', '$download'],
    ['DELETE', '$content'],
  ] as const) {
    const answer = await app.inject({ method, url: `${url}/${path}` })
    expect(answer.statusCode).toBe(401)
    expect(answer.body).not.toContain('secret')
  }
  expect((await app.inject({ url: `${url}/$download`, headers })).body).toBe('secret')
})
