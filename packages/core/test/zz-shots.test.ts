import { apps, health, landingPage, loadApp, system, type ServiceModule, cors } from '@chapkit/core'
import { auth } from '@chapkit/auth'
import { launchBrowser, openPage } from '@chapkit/testing/browser'
import { listening } from '@chapkit/testing'
import { Type } from 'typebox'
import { test } from 'vitest'
import { describedService, folderOf, manifest } from './apps-support.ts'

test('shots', async () => {
  const browser = await launchBrowser()
  const demo: ServiceModule = {
    name: 'demo',
    plugin(app) {
      app.get(
        '/api/v1/configs',
        {
          schema: {
            tags: ['Configs'],
            summary: 'List configs',
            response: { 200: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })) },
          },
        },
        () => [],
      )
      app.post(
        '/api/v1/configs',
        {
          schema: {
            tags: ['Configs'],
            summary: 'Create a config',
            body: Type.Object({
              name: Type.String(),
              data: Type.Object({ debug: Type.Boolean({ default: false }) }),
            }),
          },
        },
        () => [],
      )
      app.kernel.openApi.push({
        securitySchemes: { ApiKeyAuth: { type: 'apiKey', in: 'header', name: 'X-API-Key' } },
        operation: (s) => ({ ...s, security: [{ ApiKeyAuth: [] }] }),
      })
    },
  }
  const a = (m: object) => loadApp(folderOf({ 'manifest.json': manifest(m), 'index.html': '' }))
  const { app } = describedService(
    {
      displayName: 'Rainfall Forecast Service',
      version: '2.3.4',
      summary: 'Predicts monthly rainfall for every district from the last thirty years of observations.',
      description:
        'Send a training set to get a model, and a model with a period to get a prediction.\n\nModels and predictions are kept as artifacts.',
      contact: { name: 'Ops', email: 'ops@example.org', url: 'https://example.org' },
      licenseInfo: { name: 'MIT', url: 'https://example.org/mit' },
    },
    [
      landingPage(),
      health(),
      system(),
      demo,
      apps([
        a({ description: 'Maps and charts of the predictions' }),
        a({ name: 'Other', prefix: '/other' }),
      ]),
    ],
  )
  const port = await listening(app as never)
  const origin = `http://127.0.0.1:${port}`
  try {
    for (const [name, url, options] of [
      ['landing-light', '/', {}],
      ['landing-dark', '/', { colorScheme: 'dark' }],
      ['landing-phone', '/', { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 }],
      ['docs-light', '/docs', {}],
      ['docs-dark', '/docs', { colorScheme: 'dark' }],
      ['docs-phone', '/docs', { viewport: { width: 360, height: 740 } }],
      ['redoc', '/redoc', {}],
      ['redoc-dark', '/redoc', { colorScheme: 'dark' }],
      ['redoc-phone', '/redoc', { viewport: { width: 360, height: 740 } }],
    ] as const) {
      const { page, foreign, faults } = await openPage(browser, origin, options)
      await page.goto(url, { waitUntil: 'networkidle' })
      await page.waitForTimeout(500)
      await page.screenshot({
        path: `/tmp/shots/${name}.png`,
        fullPage: name.includes('phone') || name.includes('landing'),
      })
      console.log(
        name,
        foreign,
        faults,
        await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]),
      )
    }
  } finally {
    await browser.close()
  }
})
