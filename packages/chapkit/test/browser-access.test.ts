import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closing } from '@chapkit/testing'
import { ServiceBuilder } from 'chapkit'
import { expect, onTestFinished, test } from 'vitest'

const KEY = 'sk_test_browser_0123456789'

function appFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chapkit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'manifest.json'), '{"name": "Dash", "version": "1.0.0", "prefix": "/dash"}')
  writeFileSync(join(folder, 'index.html'), '<script src="script.js"></script>')
  writeFileSync(join(folder, 'script.js'), 'start()')
  return folder
}

function builder(unauthenticatedPaths?: readonly string[]) {
  return new ServiceBuilder({ displayName: 'Access' }).withAuth({ apiKeys: [KEY], unauthenticatedPaths })
}

/** What each path answers without a key. */
async function statuses(service: ServiceBuilder, paths: readonly string[]): Promise<Record<string, number>> {
  const app = closing(service.build())
  const answers = await Promise.all(
    paths.map(async (url) => [url, (await app.inject(url)).statusCode] as const),
  )
  return Object.fromEntries(answers)
}

test('without a key, a browser gets the pages with what they load, and nothing else', async () => {
  const paths = [
    '/',
    '/index.html',
    '/docs',
    '/docs/',
    '/docs/assets/docs.js',
    '/docs/assets/x',
    '/docs/x',
    '/dash/',
    '/dash/script.js',
  ]
  expect(await statuses(builder().withLandingPage().withApp(appFolder()), paths)).toEqual({
    '/': 200,
    '/index.html': 401,
    '/docs': 200,
    '/docs/': 401,
    '/docs/assets/docs.js': 200,
    '/docs/assets/x': 401,
    '/docs/x': 401,
    '/dash/': 401,
    '/dash/script.js': 401,
  })
})

test('an open page opens its own assets only', async () => {
  const paths = [
    '/docs',
    '/docs/assets/docs.js',
    '/redoc',
    '/redoc/assets/redoc.js',
    '/redoc/assets/redoc.standalone.js',
    '/openapi.json',
  ]
  expect(await statuses(builder(['/redoc']), paths)).toEqual({
    '/docs': 401,
    '/docs/assets/docs.js': 401,
    '/redoc': 200,
    '/redoc/assets/redoc.js': 200,
    '/redoc/assets/redoc.standalone.js': 200,
    '/openapi.json': 401,
  })
})

test('an app is open, with its files, where its prefix with a slash at the end is named', async () => {
  const paths = ['/dash', '/dash/', '/dash/script.js', '/dash/nope', '/other']
  expect(await statuses(builder(['/dash/']).withApp(appFolder()), paths)).toEqual({
    '/dash': 401,
    '/dash/': 200,
    '/dash/script.js': 200,
    '/dash/nope': 404,
    '/other': 401,
  })
})

test('an app at / is open as the page at / is, and opens no other path', async () => {
  const service = builder().withHealth().withSystem().withApp(appFolder(), '/')
  const paths = ['/', '/script.js', '/nope', '/health', '/health/', '/api/v1/system', '/docs/x']
  expect(await statuses(service, paths)).toEqual({
    '/': 200,
    '/script.js': 200,
    '/nope': 401,
    '/health': 200,
    '/health/': 401,
    '/api/v1/system': 401,
    '/docs/x': 401,
  })
})

test('an app below an open page is not a part of that page', async () => {
  const service = builder().withHealth().withApp(appFolder(), '/docs').withApp(appFolder(), '/health')
  expect(
    await statuses(service, ['/docs', '/docs/script.js', '/health', '/health/', '/health/script.js']),
  ).toEqual({
    '/docs': 200,
    '/docs/script.js': 401,
    '/health': 200,
    '/health/': 401,
    '/health/script.js': 401,
  })
})
