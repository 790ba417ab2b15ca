import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apps, discoverApps, landingPage, loadApp, type ServiceModule, system } from '@chapkit/core'
import { expect, test } from 'vitest'
import { sendFile } from '../src/static-apps/send-file.ts'
import { describedService, folderOf, manifest } from './apps-support.ts'

const INFO = { displayName: 'Apps' }

function dash() {
  return folderOf({
    'manifest.json': manifest(),
    'index.html': '<!doctype html>\n',
    'script.js': 'console.log("dash")\n',
    'style.css': 'body { color: red }\n',
    'data.json': '{"a": 1}\n',
    'pic.svg': '<svg/>\n',
    'with space.txt': 'spaced\n',
    'sub/index.html': 'sub\n',
    'empty/.gitkeep': '',
    '.env': 'SECRET=1',
    'link.txt': { link: '/etc/hostname' },
    'inner-link.txt': { link: './script.js' },
  })
}

function serving(...modules: ServiceModule[]) {
  return describedService(INFO, modules)
}

test.each([
  ['/dash/', 'text/html; charset=utf-8', '<!doctype html>\n'],
  ['/dash/index.html', 'text/html; charset=utf-8', '<!doctype html>\n'],
  ['/dash/script.js', 'text/javascript; charset=utf-8', 'console.log("dash")\n'],
  ['/dash/style.css', 'text/css; charset=utf-8', 'body { color: red }\n'],
  ['/dash/data.json', 'application/json', '{"a": 1}\n'],
  ['/dash/manifest.json', 'application/json', manifest()],
  ['/dash/pic.svg', 'image/svg+xml', '<svg/>\n'],
  ['/dash/with%20space.txt', 'text/plain; charset=utf-8', 'spaced\n'],
  ['/dash/sub/', 'text/html; charset=utf-8', 'sub\n'],
  ['/dash/inner-link.txt', 'text/javascript; charset=utf-8', 'console.log("dash")\n'],
])('GET %s answers with %s', async (url, type, body) => {
  const { app } = serving(apps([loadApp(dash())]))
  const answer = await app.inject(url)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers).toMatchObject({ 'content-type': type, 'accept-ranges': 'bytes' })
  expect(answer.headers.etag).toMatch(/^"[0-9a-f]+"$/)
  expect(answer.headers).toHaveProperty('last-modified')
  expect(answer.headers).not.toHaveProperty('cache-control')
  expect(answer.body).toBe(body)

  const head = await app.inject({ method: 'HEAD', url })
  expect(head).toMatchObject({ statusCode: 200, body: '' })
  expect(head.headers).toMatchObject({ 'content-type': type, 'content-length': String(body.length) })
})

test.each([
  ['/dash', 'no redirect that would be built from the Host header'],
  ['/dash/nope.txt', 'a missing file'],
  ['/dash/sub', 'a folder without its slash'],
  ['/dash/empty/', 'a folder without an index page'],
  ['/dash/link.txt', 'a symbolic link out of the folder'],
  ['/dash/.env', 'a name that begins with a dot'],
  ['/dash/empty/.gitkeep', 'the same in a subfolder'],
  ['/dash/script.js/x', 'a file used as a folder'],
  ['/dash//script.js', 'an empty segment'],
  ['/dash/sub/..%2fscript.js', 'a way up inside the folder'],
  ['/dash/..%2f..%2fetc%2fhostname', 'a way out of the folder'],
  ['/dash/sub%5cindex.html', 'a backslash'],
  ['/dash/script.js%00.txt', 'a zero byte'],
  [`/dash/${'x'.repeat(400)}`, 'a name that is too long'],
  ['/DASH/', 'another case'],
  ['/dashx/', 'a path that only begins like the prefix'],
])('GET %s is a 404: %s', async (url) => {
  const { app } = serving(apps([loadApp(dash())]))
  const answer = await app.inject(url)
  expect(answer.statusCode).toBe(404)
  expect(answer.headers['content-type']).toBe('application/problem+json')
})

test.each(['POST', 'DELETE', 'OPTIONS'] as const)('%s on an app is a 405', async (method) => {
  const { app } = serving(apps([loadApp(dash())]))
  for (const url of ['/dash/', '/dash/script.js']) {
    const answer = await app.inject({ method, url })
    expect(answer.statusCode).toBe(405)
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', allow: 'GET, HEAD' })
  }
})

test('a part of a file, and a part that it does not have', async () => {
  const { app } = serving(apps([loadApp(dash())]))
  const part = await app.inject({ url: '/dash/script.js', headers: { range: 'bytes=0-6' } })
  expect(part).toMatchObject({ statusCode: 206, body: 'console' })
  expect(part.headers['content-range']).toBe('bytes 0-6/20')

  const beyond = await app.inject({ url: '/dash/script.js', headers: { range: 'bytes=999-' } })
  expect(beyond.statusCode).toBe(416)
  expect(beyond.headers['content-range']).toBe('*/20')
  expect(beyond.json()).toMatchObject({
    type: 'urn:chapkit:error:range-not-satisfiable',
    instance: '/dash/script.js',
  })
})

test('conditions on the tag and the date of a file', async () => {
  const { app } = serving(apps([loadApp(dash())]))
  const url = '/dash/script.js'
  const { headers } = await app.inject(url)
  const etag = String(headers.etag)
  const past = 'Fri, 01 Jan 2021 00:00:00 GMT'
  const future = 'Fri, 01 Jan 2100 00:00:00 GMT'
  const status = async (conditions: Record<string, string>) => {
    const answer = await app.inject({ url, headers: conditions })
    return answer.statusCode
  }

  expect(await status({ 'if-modified-since': future })).toBe(304)
  expect(await status({ 'if-modified-since': past })).toBe(200)
  expect(await status({ 'if-none-match': etag })).toBe(304)
  expect(await status({ 'if-none-match': `"0", W/${etag}` })).toBe(304)
  expect(await status({ 'if-none-match': '*' })).toBe(304)
  // The tag overrules the date.
  expect(await status({ 'if-none-match': '"0"', 'if-modified-since': future })).toBe(200)
  expect(await status({ 'if-match': etag })).toBe(200)
  expect(await status({ 'if-match': etag, 'if-unmodified-since': past })).toBe(200)
  expect(await status({ 'if-match': '"0"' })).toBe(412)
  expect(await status({ 'if-unmodified-since': past })).toBe(412)
  expect(await status({ range: 'bytes=0-6', 'if-range': etag })).toBe(206)
  expect(await status({ range: 'bytes=0-6', 'if-range': '"0"' })).toBe(200)
  expect(await status({ range: 'bytes=0-6', 'if-range': future })).toBe(206)
  expect(await status({ range: 'bytes=0-6', 'if-range': past })).toBe(200)

  const unchanged = await app.inject({ url, headers: { 'if-none-match': etag } })
  expect(unchanged.body).toBe('')
  expect(unchanged.headers.etag).toBe(etag)
})

test('a file that changes while the service runs is sent as it is now, with another tag', async () => {
  const folder = dash()
  const { app } = serving(apps([loadApp(folder)]))
  const before = await app.inject('/dash/script.js')
  writeFileSync(join(folder, 'script.js'), 'new\n')
  const after = await app.inject('/dash/script.js')
  expect(after.body).toBe('new\n')
  expect(after.headers.etag).not.toBe(before.headers.etag)

  const { atime, mtime } = statSync(join(folder, 'script.js'))
  utimesSync(join(folder, 'script.js'), atime, new Date(mtime.getTime() + 5000))
  const touched = await app.inject('/dash/script.js')
  expect(touched.headers.etag).not.toBe(after.headers.etag)
})

test('the entry is what the prefix answers with, with or without a slash in the manifest', async () => {
  const entry = folderOf({
    'manifest.json': manifest({ prefix: '/entry', entry: 'main.html' }),
    'main.html': 'main',
  })
  const slash = folderOf({ 'manifest.json': manifest({ prefix: '/slash/' }), 'index.html': 'slash' })
  const { app } = serving(apps([loadApp(entry), loadApp(slash)]), system())
  expect((await app.inject('/entry/')).body).toBe('main')
  expect((await app.inject('/entry/index.html')).statusCode).toBe(404)
  expect((await app.inject('/slash/')).body).toBe('slash')
  const list = await app.inject('/api/v1/system/apps')
  expect(list.json()).toMatchObject([{ prefix: '/entry' }, { prefix: '/slash/' }])
})

test('an app may lie below another', async () => {
  const { app } = serving(apps([loadApp(dash()), loadApp(dash(), '/dash/sub')]))
  expect((await app.inject('/dash/sub/')).body).toBe('<!doctype html>\n')
  expect((await app.inject('/dash/sub/sub/')).body).toBe('sub\n')
})

test('of two apps with one prefix the later is served, at its place in the list', async () => {
  const named = (name: string) =>
    loadApp(folderOf({ 'manifest.json': manifest({ name }), 'index.html': name }))
  const home = loadApp(
    folderOf({ 'manifest.json': manifest({ name: 'Home' }), 'index.html': 'home' }),
    '/home',
  )
  const { app } = serving(apps([named('First'), home, named('Second')]), system())
  expect((await app.inject('/dash/')).body).toBe('Second')
  const list = await app.inject('/api/v1/system/apps')
  expect(list.json().map(({ name }: { name: string }) => name)).toEqual(['Home', 'Second'])
})

test('routes of the service win over an app', async () => {
  const routes: ServiceModule = {
    name: 'routes',
    plugin(app) {
      app.get('/dash/', () => 'route')
      app.get('/dash/script.js', () => 'route')
    },
  }
  const { app } = serving(routes, apps([loadApp(dash()), loadApp(dash(), '/docs')]))
  expect((await app.inject('/dash/')).body).toBe('route')
  expect((await app.inject('/dash/script.js')).body).toBe('route')
  expect((await app.inject('/dash/style.css')).statusCode).toBe(200)
  expect((await app.inject('/docs')).body).toContain('/openapi.json')
  expect((await app.inject('/docs/')).body).toBe('<!doctype html>\n')
})

test('an app at / replaces the landing page, whatever the order, and leaves the routes of the service', async () => {
  const { app } = serving(landingPage(), apps([loadApp(dash(), '/')]))
  expect((await app.inject('/')).body).toBe('<!doctype html>\n')
  expect((await app.inject('/script.js')).body).toBe('console.log("dash")\n')
  expect((await app.inject('/nope.txt')).statusCode).toBe(404)
  expect((await app.inject('/api/v1/info')).json()).toMatchObject({ display_name: 'Apps' })
})

test('files share the access of the page of their app; at / only those that are there at the start do', async () => {
  const routes: { url: string; partOf: string | undefined }[] = []
  const watch: ServiceModule = {
    name: 'watch',
    plugin(app) {
      app.addHook('onRoute', ({ method, url, config }) => {
        if (method === 'GET') routes.push({ url, partOf: config?.partOf })
      })
    },
  }
  const root = folderOf({
    'manifest.json': manifest({ prefix: '/' }),
    'index.html': '',
    'assets/app.js': 'app',
    '.env': '',
    'a:b.txt': 'colon',
  })
  const { app } = serving(watch, apps([loadApp(dash()), loadApp(root)]))
  await app.ready()
  expect(routes.sort((one, other) => one.url.localeCompare(other.url))).toEqual([
    { url: '/', partOf: undefined },
    { url: '/*', partOf: undefined },
    { url: '/assets/app.js', partOf: '/' },
    { url: '/dash/', partOf: undefined },
    { url: '/dash/*', partOf: '/dash/' },
    { url: '/index.html', partOf: '/' },
    { url: '/manifest.json', partOf: '/' },
  ])
  writeFileSync(join(root, 'later.txt'), 'later')
  expect((await app.inject('/later.txt')).body).toBe('later')
  expect((await app.inject('/a:b.txt')).body).toBe('colon')
  rmSync(join(root, 'assets'), { recursive: true })
  expect((await app.inject('/assets/app.js')).statusCode).toBe(404)
})

test('an app that is left out is named in the log, once', async () => {
  const folder = folderOf({
    'broken/manifest.json': '{',
    'dash/manifest.json': manifest(),
    'dash/index.html': 'dash',
  })
  const { app, log } = serving(apps(discoverApps(folder)))
  expect((await app.inject('/dash/')).body).toBe('dash')
  expect((await app.inject('/broken/')).statusCode).toBe(404)
  expect(log.lines('app.skipped')).toMatchObject([
    { level: 'warning', folder: join(folder, 'broken'), reason: expect.stringContaining('Invalid JSON') },
  ])
})

test('files of apps are no part of the OpenAPI document', async () => {
  const { app } = serving(apps([loadApp(dash()), loadApp(dash(), '/')]), landingPage())
  const document = await app.inject('/openapi.json')
  expect(Object.keys(document.json().paths)).toEqual(['/api/v1/info'])
})

test('a file that goes away while it is looked at is a 404', async () => {
  const file = join(dash(), 'script.js')
  const stats = statSync(file)
  rmSync(file)
  const late: ServiceModule = {
    name: 'late',
    plugin: (app) => void app.get('/late', (_request, reply) => sendFile(reply, file, stats)),
  }
  const { app } = serving(late)
  const answer = await app.inject('/late')
  expect(answer.statusCode).toBe(404)
  expect(answer.headers['content-type']).toBe('application/problem+json')
})
