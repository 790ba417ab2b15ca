import { createHash } from 'node:crypto'
import { apps, health, landingPage, loadApp, type ServiceInfo, type ServiceModule } from '@chapkit/core'
import { expect, test } from 'vitest'
import { describedService, folderOf, manifest } from './apps-support.ts'

async function pageOf(info: ServiceInfo, ...modules: ServiceModule[]): Promise<string> {
  const { app } = describedService(info, [landingPage(), ...modules])
  const { body } = await app.inject('/')
  return body
}

function links(page: string): string[] {
  return [...page.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href ?? '')
}

test.each(['/', '/index.html'])('GET %s is a page, HEAD its headers', async (url) => {
  const { app } = describedService({ displayName: 'Landing' }, [landingPage()])
  const page = await app.inject(url)
  expect(page.statusCode).toBe(200)
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.body).toMatch(/^<!doctype html>\s*<html lang="en">/)
  expect(page.body).toMatch(/<\/html>\s*$/)
  const head = await app.inject({ method: 'HEAD', url })
  expect(head).toMatchObject({ statusCode: 200, body: '' })
  expect(head.headers['content-type']).toBe('text/html; charset=utf-8')
})

test('it tells who the service is', async () => {
  const page = await pageOf({
    displayName: 'Forecast',
    version: '2.3.4',
    summary: 'Predicts the weather',
    description: 'At length',
    contact: { name: 'Ops', email: 'ops@example.org', url: 'https://example.org/ops' },
    licenseInfo: { name: 'MIT', url: 'https://example.org/license' },
  })
  expect(page).toContain('<title>Forecast</title>')
  expect(page).toContain('<h1>Forecast</h1>')
  expect(page).toContain('Version 2.3.4')
  expect(page).toContain('<p class="summary">Predicts the weather</p>')
  expect(page).toContain('<p class="description">At length</p>')
  expect(page).toContain('Contact: <span>Ops</span>')
  expect(links(page)).toEqual([
    '/docs',
    '/redoc',
    '/openapi.json',
    'mailto:ops@example.org',
    'https://example.org/ops',
    'https://example.org/license',
  ])
})

test('it leaves out what is not known, and says nothing twice', async () => {
  const bare = await pageOf({ displayName: 'Bare' })
  expect(bare).not.toMatch(/null|undefined|class="summary"|class="description"|Contact|License|<h2>/)
  const summary = await pageOf({ displayName: 'Short', summary: 'Once' })
  expect(summary).not.toContain('class="description"')
  const contact = await pageOf({
    displayName: 'Short',
    contact: { url: 'https://example.org' },
    licenseInfo: { name: 'MIT' },
  })
  expect(links(contact)).toContain('https://example.org')
  expect(contact).toContain('License: MIT')
})

test('it leads to /health and to the apps where there are some', async () => {
  const folder = (members: object) => folderOf({ 'manifest.json': manifest(members), 'index.html': '' })
  const page = await pageOf(
    { displayName: 'Linked' },
    health(),
    apps([
      loadApp(folder({ description: 'A dashboard' })),
      loadApp(folder({ name: 'Other', version: '2.0.0', prefix: '/other/' })),
    ]),
  )
  expect(links(page)).toEqual(['/docs', '/redoc', '/openapi.json', '/health', '/dash/', '/other/'])
  expect(page).toContain('A dashboard')
  expect(page).toContain('Version 2.0.0')
})

test('whatever the info holds is text, never markup, and only web addresses become links', async () => {
  const nasty = `</title><script>alert(1)</script>"onload='x`
  const page = await pageOf({
    displayName: nasty,
    version: nasty,
    summary: nasty,
    description: `${nasty}!`,
    contact: { name: nasty, email: nasty, url: 'javascript:alert(1)' },
    licenseInfo: { name: nasty, url: `https://x/${nasty}` },
  })
  expect(page).not.toContain('<script')
  expect(page).not.toContain('"onload')
  expect(links(page)).not.toContain('javascript:alert(1)')
  expect(page).toContain('javascript:alert(1)')
})

test('its policy allows its own style and nothing to be loaded', async () => {
  const { app } = describedService({ displayName: 'Strict' }, [landingPage()])
  const { headers, body } = await app.inject('/')
  const style = /<style>(.*)<\/style>/s.exec(body)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain(`style-src 'sha256-${hash}'`)
  expect(policy).toContain(`default-src 'none'`)
  expect(policy).not.toMatch(/script-src|connect-src|unsafe/)
  expect(body).not.toMatch(/<script|<link(?! rel="icon" href="data:)|url\(/)
})

test('a route of the service at / takes its place', async () => {
  const own: ServiceModule = { name: 'own', plugin: (app) => void app.get('/', () => 'mine') }
  const { app } = describedService({ displayName: 'Own' }, [own, landingPage()])
  expect((await app.inject('/')).body).toBe('mine')
  expect((await app.inject('/index.html')).statusCode).toBe(404)
})
