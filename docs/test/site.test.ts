import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { runProcess } from '@chapkit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { docs, pages } from './helpers/pages.ts'

const out = mkdtempSync(join(tmpdir(), 'chapkit-docs-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

/** HTML of each page of the built site, by its address: `/guide/health`. */
const site = new Map<string, string>()

beforeAll(async () => {
  const { code, stdout, stderr } = await runProcess(
    [process.execPath, 'node_modules/vitepress/bin/vitepress.js', 'build', '--outDir', out],
    { cwd: docs, timeout: 120_000, env: { NODE_ENV: 'production' } },
  )
  if (code !== 0) throw new Error(stdout + stderr)
  for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.html')) continue
    const address = `/${relative('.', file).replace(/\.html$/, '')}`.replace(/\/index$/, '/')
    site.set(address, readFileSync(join(out, file), 'utf8'))
  }
}, 120_000)

/** What the attributes of this name hold, as text. */
function attributes(html: string, name: string): string[] {
  const values = html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))
  return [...values].map(([, value = '']) => value.replaceAll('&amp;', '&'))
}

test('every page is built', () => {
  for (const page of pages) {
    const address = `/${relative('docs', page).replace(/\.md$/, '')}`.replace(/\/?index$/, '/')
    expect([...site.keys()]).toContain(address)
  }
})

test('no link and no anchor is dead', () => {
  const dead: string[] = []
  for (const [address, html] of site) {
    for (const href of attributes(html, 'href')) {
      if (!/^[/#.]/.test(href) || /^\/(?:assets|vp-icons)/.test(href)) continue
      const { pathname, hash } = new URL(href, `http://docs${address}`)
      if (existsSync(join(out, pathname)) && /\.(?:json|yml)$/.test(pathname)) continue
      const target = site.get(pathname)
      const id = decodeURIComponent(hash.slice(1))
      if (target === undefined || (id !== '' && !attributes(target, 'id').includes(id))) {
        dead.push(`${address}: ${href}`)
      }
    }
  }
  expect(dead).toEqual([])
})

test('pages load nothing from elsewhere', () => {
  for (const [address, html] of site) {
    const loaded = [
      ...attributes(html, 'src'),
      ...[...html.matchAll(/<link [^>]*href="([^"]*)"/g)].map(([, href = '']) => href),
    ]
    expect(
      loaded.filter((url) => /^(?:https?:)?\/\//.test(url)),
      address,
    ).toEqual([])
  }
})

test('blocks of code are shown whole', () => {
  for (const [address, html] of site) {
    expect(html, address).not.toContain('Code snippet path not found')
    expect(html, address).not.toContain('Invalid code snippet option')
    expect(html, address).not.toContain('&lt;&lt;&lt; @')
  }
})
