import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listening } from '@chapkit/testing'
import {
  type Browser,
  type BrowserContextOptions,
  launchBrowser,
  openPage,
  type WatchedPage,
} from '@chapkit/testing/browser'
import { ServiceBuilder, Type } from 'chapkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const KEY = 'sk_test_browser_0123456789'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(async () => browser.close())

function appFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chapkit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'manifest.json'), '{"name": "Dash", "version": "1.0.0", "prefix": "/dash"}')
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Dash</title>')
  return folder
}

function guarded(unauthenticatedPaths?: readonly string[]) {
  const info = {
    displayName: 'Browser <i>Service</i>',
    version: '2.3.4',
    summary: 'A service that a browser visits',
    contact: { email: 'ops@example.org' },
    licenseInfo: {
      name: 'MIT',
      url: 'https://example.org/a-license-with-a-long-address-that-must-not-widen-the-page',
    },
  }
  return new ServiceBuilder(info)
    .withAuth({ apiKeys: [KEY], unauthenticatedPaths })
    .withConfig(Type.Object({ debug: Type.Boolean({ default: false }) }))
    .withHealth()
    .withSystem()
    .withLandingPage()
    .withApp(appFolder())
}

async function visit(
  path: string,
  options: BrowserContextOptions = {},
  builder: ReturnType<typeof guarded> = guarded(),
): Promise<WatchedPage> {
  const port = await listening(builder.build())
  const watched = await openPage(browser, `http://127.0.0.1:${port}`, options)
  await watched.page.goto(path, { waitUntil: 'networkidle' })
  return watched
}

/** No request left the machine, and the console is empty. */
function expectQuiet({ foreign, faults }: WatchedPage): void {
  expect(foreign).toEqual([])
  expect(faults).toEqual([])
}

test('/docs shows the operations', async () => {
  const watched = await visit('/docs')
  const { page } = watched
  expect(await page.title()).toBe('Browser <i>Service</i> – API')
  await page.locator('.opblock').first().waitFor()
  const paths = await page.locator('.opblock-summary-path').allInnerTexts()
  const shown = paths.map((path) => path.replaceAll('\u200B', ''))
  expect(shown).toContain('/api/v1/configs/{entity_id}')
  expect(shown).toContain('/api/v1/system')
  expect(await page.locator('.info .title').innerText()).toContain('Browser <i>Service</i>')
  expect(await page.locator('.info a[href="/openapi.json"]').count()).toBe(1)
  expectQuiet(watched)
})

test('on /docs, "Try it out" answers 401 without a key, and 200 with the one that Authorize takes', async () => {
  const watched = await visit('/docs')
  const { page, faults } = watched
  const operation = page
    .locator('.opblock-get')
    .filter({ has: page.locator('[data-path="/api/v1/configs"]') })
  const status = operation.locator('.live-responses-table .response-col_status').last()

  await operation.locator('.opblock-summary-control').click()
  await operation.getByRole('button', { name: 'Try it out' }).click()
  await operation.getByRole('button', { name: 'Execute' }).click()
  await expect.poll(async () => status.innerText()).toContain('401')
  expect(await operation.locator('.live-responses-table').innerText()).toContain(
    'urn:chapkit:error:unauthorized',
  )

  await page.locator('.auth-wrapper .authorize').first().click()
  const dialog = page.locator('.dialog-ux .modal-ux')
  expect(await dialog.innerText()).toContain('X-API-Key')
  await dialog.locator('input').fill(KEY)
  await dialog.getByRole('button', { name: /^Apply credentials|^Authorize/ }).click()
  await dialog.getByRole('button', { name: 'Close' }).first().click()
  await operation.getByRole('button', { name: 'Execute' }).click()
  await expect.poll(async () => status.innerText()).toContain('200')

  // Chromium reports the 401 that was asked for, and nothing else.
  expect(faults).toEqual([expect.stringContaining('401')])
  expect(watched.foreign).toEqual([])
  // The key is nowhere but in the memory of the page.
  const stored = await page.evaluate(
    () => localStorage.length + sessionStorage.length + document.cookie.length,
  )
  expect(stored).toBe(0)
})

test('/docs says what to do where the document needs a key and the page does not', async () => {
  const watched = await visit('/docs', {}, guarded(['/docs']))
  const alert = watched.page.getByRole('alert')
  expect(await alert.innerText()).toContain('/openapi.json needs an API key')
  expect(await alert.innerText()).toContain('unauthenticatedPaths')
  expect(watched.foreign).toEqual([])
})

test('/redoc renders, and its search works', async () => {
  const watched = await visit('/redoc', { colorScheme: 'dark' })
  const { page } = watched
  await page.locator('h1').filter({ hasText: 'Browser <i>Service</i> (2.3.4)' }).waitFor()
  const menu = page.getByRole('menu').first()
  expect(await menu.innerText()).toContain('System')
  await page.getByRole('searchbox').or(page.getByPlaceholder('Search...')).first().fill('system')
  await page.locator('[data-role="search:results"]').waitFor()
  const light = await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
  expect(light).toBe('light')
  expectQuiet(watched)
})

test('/ tells what the service is and where things are, without a key', async () => {
  const watched = await visit('/')
  const { page } = watched
  expect(await page.locator('h1').innerText()).toBe('Browser <i>Service</i>')
  const text = await page.locator('body').innerText()
  expect(text).toContain('2.3.4')
  expect(text).toContain('A service that a browser visits')
  const links = await page.locator('main a').evaluateAll((all) => all.map((one) => one.getAttribute('href')))
  expect(links).toEqual(['/docs', '/redoc', '/openapi.json', '/health', '/dash/'])
  await page.getByText('API explorer').click()
  await page.locator('.opblock').first().waitFor()
  expectQuiet(watched)
})

test('/ is light or dark, as the reader likes it, and always readable', async () => {
  const luminances = async (colorScheme: 'light' | 'dark') => {
    const watched = await visit('/', { colorScheme })
    expectQuiet(watched)
    return watched.page.evaluate(() => {
      const luminance = (color: string) => {
        const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
          const value = Number(part) / 255
          return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
      }
      const { color, backgroundColor } = getComputedStyle(document.body)
      return { text: luminance(color), ground: luminance(backgroundColor) }
    })
  }
  const light = await luminances('light')
  const dark = await luminances('dark')
  expect(light.ground).toBeGreaterThan(0.9)
  expect(dark.ground).toBeLessThan(0.02)
  // Contrast of WCAG 2.2, level AAA.
  expect((light.ground + 0.05) / (light.text + 0.05)).toBeGreaterThan(7)
  expect((dark.text + 0.05) / (dark.ground + 0.05)).toBeGreaterThan(7)
})

test.each(['/', '/docs', '/redoc'])('%s fits on a phone', async (path) => {
  const watched = await visit(path, { viewport: { width: 360, height: 740 }, hasTouch: true })
  const { page } = watched
  await page.locator('h1, h2').first().waitFor()
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBeLessThanOrEqual(360)
  expectQuiet(watched)
})
