import { expect, test } from 'vitest'
import { cors } from '@chapkit/core'
import { routes, service } from './support.ts'

const things = routes((app) => {
  app.get('/things', () => ({ ok: true }))
})
const preflight = { origin: 'https://app.example', 'access-control-request-method': 'PUT' }

test('row 6: a true preflight is answered, any other OPTIONS is not', async () => {
  const { app } = service([cors({ origin: 'https://app.example' }), things])
  const answer = await app.inject({ method: 'OPTIONS', url: '/things', headers: preflight })
  expect(answer.statusCode).toBe(204)
  expect(answer.headers['access-control-allow-origin']).toBe('https://app.example')
  expect(answer.headers['access-control-allow-methods']).toBe('GET, HEAD, POST, PUT, PATCH, DELETE')
  const other = await app.inject({ method: 'OPTIONS', url: '/things' })
  expect(other.statusCode).toBe(405)
  expect(other.headers['allow']).toBe('GET, HEAD')
  expect(other.headers['content-type']).toBe('application/problem+json')
  expect((await app.inject({ method: 'OPTIONS', url: '/nope' })).statusCode).toBe(404)
})

test('scripts of the origin may read answers and their ids', async () => {
  const { app } = service([cors({ origin: ['https://app.example'] }), things])
  const answer = await app.inject({ url: '/things', headers: { origin: 'https://app.example' } })
  expect(answer.headers['access-control-allow-origin']).toBe('https://app.example')
  expect(answer.headers['access-control-expose-headers']).toBe('Location, X-Request-ID')
  const other = await app.inject({ url: '/things', headers: { origin: 'https://evil.example' } })
  expect(other.headers['access-control-allow-origin']).toBeUndefined()
})

test('without withCors() there is no CORS', async () => {
  const { app } = service([things])
  const answer = await app.inject({ url: '/things', headers: { origin: 'https://app.example' } })
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  expect((await app.inject({ method: 'OPTIONS', url: '/things', headers: preflight })).statusCode).toBe(405)
})

test.each([
  [undefined, 'withCors(): must be object'],
  [{}, "withCors(): option 'origin' is missing. Options: origin, methods"],
  [{ origin: '' }, "withCors(): option 'origin' must be an origin such as"],
  [{ origin: '*', credentials: true }, "withCors(): with credentials, name the origins; '*' is not allowed."],
  [{ origin: '*', orgin: 1 }, "withCors(): unknown option 'orgin'"],
])('%j is refused', (options, message) => {
  expect(() => cors(options as never)).toThrow(message)
})
