import { closing } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { allApps, elsewhere, oneApp, withKeys } from '../../snippets/static-apps/service.ts'
import { readText } from '../helpers/pages.ts'

const page = readText('docs/snippets/static-apps/dash/index.html')
const style = readText('docs/snippets/static-apps/dash/style.css')
const manifest: unknown = JSON.parse(readText('docs/snippets/static-apps/dash/manifest.json'))

test('snippets/static-apps/service.ts serves an app at the prefix of its manifest', async () => {
  const app = closing(oneApp.build())
  expect((await app.inject('/dash/')).body).toBe(page)
  expect((await app.inject('/dash/style.css')).body).toBe(style)
  expect((await app.inject('/api/v1/system/apps')).json()).toEqual([
    { ...(manifest as object), is_package: false },
  ])
  expect((await app.inject('/')).body).toContain('Dashboard')
})

test('at another prefix, and all apps of a folder', async () => {
  expect((await closing(elsewhere.build()).inject('/status/')).body).toBe(page)
  expect((await closing(allApps.build()).inject('/dash/')).body).toBe(page)
})

test('behind a key, unless its page is public', async () => {
  vi.stubEnv('CHAPKIT_API_KEYS', 'sk_dev_0123456789abcdef')
  onTestFinished(() => void vi.unstubAllEnvs())
  const app = closing(withKeys.build())
  expect((await app.inject('/dash/')).statusCode).toBe(200)
  expect((await app.inject('/dash/style.css')).statusCode).toBe(200)
  expect((await app.inject('/docs')).statusCode).toBe(401)
})
