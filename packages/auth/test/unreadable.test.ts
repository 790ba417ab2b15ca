import { expect, test, vi } from 'vitest'
import { start } from './service.ts'

// Whoever runs the tests may be root, who can read every file.
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  readFile: () => Promise.reject(Object.assign(new Error('permission denied'), { code: 'EACCES' })),
}))

test('a file that the service may not read fails the start', async () => {
  await expect(start({ apiKeyFile: '/run/secrets/api_keys' })).rejects.toThrow(
    'API key file cannot be read: /run/secrets/api_keys. Let the user that runs the service read it.',
  )
})
