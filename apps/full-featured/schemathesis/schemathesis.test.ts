import { fileURLToPath } from 'node:url'
import { databaseUrl, runProcess, startService, temporaryFolder } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { findSchemathesis } from './find-schemathesis.ts'

const KEY = 'sk_dev_0123456789abcdef'
const SETTINGS = fileURLToPath(new URL('schemathesis.toml', import.meta.url))

test.each(['file', 'postgres'] as const)('schemathesis finds nothing, on %s', async (kind) => {
  const schemathesis = findSchemathesis()
  const { origin, process } = await startService('server.ts', {
    cwd: new URL('..', import.meta.url),
    env: {
      CHAPKIT_API_KEYS: KEY,
      DATABASE_URL: await databaseUrl(kind),
      CONTENT_DIR: temporaryFolder(),
      // It sends wrong keys to every operation, which are to be answered 401 and not 429.
      FAILURE_LIMIT: '1000000/m',
    },
  })
  const document = `${origin}/openapi.json`
  const { code, stdout, stderr } = await runProcess(
    // The header is for the checks as well: they leave it out, and the service must notice.
    [schemathesis, '--config-file', SETTINGS, 'run', document, '--checks', 'all', '-H', `X-API-Key: ${KEY}`],
    { cwd: temporaryFolder(), timeout: 15 * 60_000, env: { NO_COLOR: '1' } },
  )
  const [cases = ''] = /^ +\d+ generated.*$/m.exec(stdout) ?? []
  console.log(`  cases: ${cases.trim()}`)
  expect(code, stdout + stderr).toBe(0)
  expect(cases).toMatch(/\d+ generated, \d+ passed/)
  // Nobody waits for it any more, and nothing went wrong unseen.
  expect(process.log('http.request.error')).toEqual([])
  expect(await process.stop()).toMatchObject({ code: 0, stderr: '' })
})
