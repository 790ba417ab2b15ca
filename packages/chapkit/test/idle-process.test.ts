import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProcess, temporaryFolder, typescriptLoader } from '@chapkit/testing'
import { expect, test } from 'vitest'

const KEY = 'sk_test_idle_0123456789'

test.each([
  ['that is closed', '1'],
  ['that nobody closes', '0'],
])('no timer keeps the process of a service %s alive', async (_what, close) => {
  const file = join(temporaryFolder(), 'keys.txt')
  writeFileSync(file, `${KEY}\n`)
  // It throws when the process does not end by itself in time.
  const { code, signal, stdout, stderr } = await runProcess(
    [process.execPath, ...typescriptLoader, 'idle-service.ts'],
    {
      cwd: new URL('fixtures/', import.meta.url),
      timeout: 50_000,
      env: { KEY_FILE: file, KEY, CLOSE: close, LOG_FORMAT: 'json' },
    },
  )
  expect(stdout).toContain('{"event":"used","statuses":[201,401,200,200,200,503]}')
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' })
})
