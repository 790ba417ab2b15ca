import type { ServiceModule } from '@chapkit/core'
import { expect, test } from 'vitest'
import { describedService } from './apps-support.ts'

const PAGES = ['/docs', '/redoc']
const NASTY = `</title><script>alert(1)</script>"'&`

/** What the HTML of a page loads. */
function loadedBy(page: string): string[] {
  return [...page.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map(([, url]) => url ?? '')
    .filter((url) => !url.startsWith('data:'))
}

test.each(PAGES)('%s names the service and its document, for GET and HEAD', async (url) => {
  const { app } = describedService({ displayName: 'Documented Service' })
  const page = await app.inject(url)
  expect(page.statusCode).toBe(200)
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })
  expect(page.body).toContain('Documented Service')
  expect(page.body).toContain('/openapi.json')

  const head = await app.inject({ method: 'HEAD', url })
  expect(head).toMatchObject({ statusCode: 200, body: '' })
  const post = await app.inject({ method: 'POST', url, payload: {} })
  expect(post.statusCode).toBe(405)
  expect(post.headers).toMatchObject({ 'content-type': 'application/problem+json', allow: 'GET, HEAD' })
})

test.each(PAGES)('%s escapes the name of the service', async (url) => {
  const { app } = describedService({ displayName: NASTY })
  const { body } = await app.inject(url)
  expect(body).not.toContain(NASTY)
  expect(body).toContain('&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;')
})

test.each(PAGES)(
  '%s has a policy that lets it load from the service alone, and no script in its HTML',
  async (url) => {
    const { app } = describedService({ displayName: 'Strict' })
    const { headers, body } = await app.inject(url)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain(`default-src 'none'; `)
    expect(policy).toContain(`script-src 'self'; `)
    expect(policy).not.toMatch(/unsafe|\*|http/)
    expect(body).not.toMatch(/<script(?! src="\/)/)
    expect(body).not.toMatch(/ on\w+=/)
  },
)

test.each(PAGES)('everything that %s loads is served, as a part of that page', async (url) => {
  const routes = new Map<string, string | undefined>()
  const watch: ServiceModule = {
    name: 'watch',
    plugin(app) {
      app.addHook('onRequest', async (request) => {
        routes.set(request.url, request.routeOptions.config.partOf)
      })
    },
  }
  const { app } = describedService({ displayName: 'Complete' }, [watch])
  const { body } = await app.inject(url)
  const loaded = loadedBy(body)
  expect(loaded.length).toBeGreaterThan(3)
  for (const asset of loaded) {
    const answer = await app.inject(asset)
    expect([asset, answer.statusCode]).toEqual([asset, 200])
    expect(answer.headers['content-type']).toMatch(/^text\/(css|javascript); charset=utf-8$/)
    expect(answer.body.length).toBeGreaterThan(100)
    expect([asset, routes.get(asset)]).toEqual([asset, url])
    const head = await app.inject({ method: 'HEAD', url: asset })
    expect(head).toMatchObject({ statusCode: 200, body: '' })
  }
})

test.each(PAGES)('below %s there are these files and nothing else', async (url) => {
  const { app } = describedService({ displayName: 'Exact' })
  for (const path of [
    '/',
    '/x',
    '/oauth2-redirect',
    '/json',
    '/assets/',
    '/assets/index.html',
    '/assets/../package.json',
  ]) {
    const answer = await app.inject(url + path)
    expect([path, answer.statusCode]).toEqual([path, 404])
  }
})

test('a browser that has an asset asks again, and is told that it is the same', async () => {
  const { app } = describedService({ displayName: 'Cached' })
  const url = '/docs/assets/swagger-ui-bundle.js'
  const first = await app.inject(url)
  expect(first.headers['cache-control']).toBe('no-cache')
  const again = await app.inject({ url, headers: { 'if-none-match': String(first.headers.etag) } })
  expect(again).toMatchObject({ statusCode: 304, body: '' })
})

test('ReDoc does not load the logo of its maker', async () => {
  const { app } = describedService({ displayName: 'Alone' })
  const bundle = await app.inject('/redoc/assets/redoc.standalone.js')
  expect(bundle.body).not.toContain('cdn.redoc')
  expect(bundle.body.length).toBeGreaterThan(1_000_000)
  const again = await app.inject('/redoc/assets/redoc.standalone.js')
  expect(again.body).toBe(bundle.body)
})
