import { generateApiKey, maskKey } from '@chapkit/auth'
import { expect, test } from 'vitest'
import { start, withKeyFile } from './service.ts'
import { toKeySet } from '../src/keys/key-set.ts'

test('a mask shows the first 7 characters of a key that has at least 14', () => {
  expect(maskKey('sk_dev_test123')).toBe('sk_dev_')
  expect(maskKey('sk_prod_abc123xyz')).toBe('sk_prod')
  expect(maskKey('sk_dev_test12')).toBe('***')
  expect(maskKey('a')).toBe('***')
  expect(maskKey('')).toBe('***')
})

test('a generated key has 32 random characters and a checksum that the start accepts', async () => {
  const keys = Array.from({ length: 50 }, () => generateApiKey('prod'))
  expect(new Set(keys).size).toBe(50)
  for (const key of keys) expect(key).toMatch(/^sk_prod_[0-9A-Za-z]{38}$/)
  const { app } = await start({ apiKeys: keys })
  expect(app.apiKeys.count).toBe(50)
})

test('the checksum is the CRC-32 of what precedes it, in base62', async () => {
  // crc32('sk_prod_' + 32 × 'a') is 2835906463 = 3·62⁵ + 5·62⁴ + 57·62³ + 10·62² + 50·62 + 51.
  const key = `sk_prod_${'a'.repeat(32)}35vAop`
  const { app } = await start({ apiKeys: [key] })
  expect(app.apiKeys.count).toBe(1)
})

test('an environment with other characters than letters and digits makes no key', () => {
  expect(() => generateApiKey('pre-prod')).toThrow(
    "The environment of a key is letters and digits, such as 'prod' (got 'pre-prod').",
  )
})

test('a generated key with a wrong checksum fails the start, without being shown', async () => {
  const key = generateApiKey('prod')
  const wrong = key.slice(0, 20) + (key[20] === 'x' ? 'y' : 'x') + key.slice(21)
  const direct = () => start({ apiKeys: ['sk_test_0123456789abcdef', wrong] })
  await expect(direct()).rejects.toThrow(
    'The API key in apiKeys[1] of withAuth() was mistyped or cut: its checksum is wrong. Copy it again, whole.',
  )
  await expect(direct()).rejects.toMatchObject({ code: 'CHAPKIT_ERR_API_KEY_CHECKSUM' })

  const file = withKeyFile(`# keys\n${key}\n\n${wrong}\n`)
  const error = await start({ apiKeyFile: file }).catch((reason: Error) => reason.message)
  expect(error).toContain(`The API key in line 4 of ${file} was mistyped or cut`)
  expect(error).not.toContain(wrong)
})

test('a key of another shape needs no checksum', async () => {
  const { app } = await start({
    apiKeys: ['sk_prod_abc123', `pk_prod_${'a'.repeat(38)}`, `sk_prod_${'a'.repeat(37)}`],
  })
  expect(app.apiKeys.count).toBe(3)
})

test('row 14: where a key stands in the list does not show in the table of keys', () => {
  const keys = Array.from({ length: 100 }, (_, at) => ({ key: `sk_test_order_${at}`, place: `${at}` }))
  const order = (set: ReturnType<typeof toKeySet>) => [...set.byDigest.keys()]
  expect(order(toKeySet(keys, 'a'))).toEqual(order(toKeySet(keys.toReversed(), 'b')))
})
