import * as crypto from 'node:crypto'
import { API_KEY_PATTERN, generateApiKey, hashApiKey, type KeyRecord, toKeySet } from '@chapkit/auth'
import { Redactor } from '../../core/src/logging/redactor.ts'
import { expect, test, vi } from 'vitest'
import { KeyRing } from '../src/keys/key-ring.ts'

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>()
  return { ...real, hash: vi.fn<typeof real.hash>(real.hash) }
})

const plain = (...keys: string[]): KeyRecord[] => keys.map((key, at) => ({ key, place: `entry ${at + 1}` }))
const ringOf = (...records: KeyRecord[]) => new KeyRing(toKeySet(records, 'test'))

/** A generated key with one character that is another. */
const mistyped = (key: string) => key.slice(0, 12) + (key[12] === 'x' ? 'y' : 'x') + key.slice(13)

test('keys of a plain list are named by their place, without duplicates', () => {
  const ring = ringOf(...plain('first-key', 'second-key', 'first-key', 'third-key'))
  expect(ring.keys.map(({ id }) => id).toSorted()).toEqual(['key-1', 'key-2', 'key-3'])
  expect(ring.find('third-key')).toMatchObject({ id: 'key-3', notBefore: 0, expiresAt: Infinity })
})

test('the subject of a key is its own, the same in every process, and not its digest', () => {
  const subject = (key: string) => ringOf(...plain(key)).find(key)?.subject ?? ''
  const digest = crypto.createHash('sha256').update('first-key').digest('hex')
  const expected = crypto.createHash('sha256').update(`chapkit.api-key.subject:${digest}`).digest('base64url')
  expect(subject('first-key')).toBe(expected.slice(0, 22))
  expect(subject('second-key')).not.toBe(subject('first-key'))
})

test('a generated key with a wrong checksum is refused without hashing', () => {
  const key = generateApiKey('prod')
  const ring = ringOf(...plain(key, 'another-key'), { hash: hashApiKey(mistyped(key)) })
  vi.mocked(crypto.hash).mockClear()
  expect(ring.find(mistyped(key))).toBeUndefined()
  expect(crypto.hash).not.toHaveBeenCalled()
  expect(ring.find('a wrong key')).toBeUndefined()
  expect(crypto.hash).toHaveBeenCalledTimes(1)
  expect(ring.find(key)).toMatchObject({ id: 'key-1' })
})

test('whether a key may be one is told without hashing', () => {
  const keys = Array.from({ length: 100 }, () => generateApiKey('prod'))
  const ring = ringOf(...plain(...keys, 'short', 'clé'))
  vi.mocked(crypto.hash).mockClear()
  expect([...keys, 'short', 'clé'].filter((key) => !ring.mayHave(key))).toEqual([])
  const others = Array.from({ length: 20_000 }, (_, at) => `${keys[at % 100]}${at}`)
  // Of 4 billion texts one passes for each key.
  expect(others.filter((key) => ring.mayHave(key)).length).toBeLessThan(3)
  expect(ring.mayHave(generateApiKey('prod'))).toBe(false)
  expect(crypto.hash).not.toHaveBeenCalled()
})

test('of keys that are known by their hash any generated key may be one, and another once it was sent', () => {
  const [key, legacy] = [generateApiKey('prod'), 'legacy-0123456789']
  const ring = ringOf({ id: 'a', hash: hashApiKey(key) }, { id: 'b', hash: hashApiKey(legacy) })
  expect(ring.mayHave(key)).toBe(true)
  expect(ring.mayHave(generateApiKey('dev'))).toBe(true)
  expect(ring.mayHave(mistyped(key))).toBe(false)
  expect(ring.mayHave(legacy)).toBe(false)
  expect(ring.find(legacy)).toMatchObject({ id: 'b' })
  expect(ring.mayHave(legacy)).toBe(true)
  // It is not forgotten when the keys are exchanged.
  ring.replace(toKeySet([{ id: 'b', hash: hashApiKey(legacy) }], 'test'))
  expect(ring.mayHave(legacy)).toBe(true)
})

test('a key that is known by its hash shows its beginning once it was sent', () => {
  const key = generateApiKey('prod')
  const ring = ringOf(
    { id: 'a', hash: hashApiKey(key) },
    { id: 'b', hash: hashApiKey('x'), prefix: 'sk_dev_' },
  )
  const prefixes = () => Object.fromEntries(ring.keys.map(({ id, prefix }) => [id, prefix]))
  expect(prefixes()).toEqual({ a: '***', b: 'sk_dev_' })
  const found = ring.find(key)
  expect(found).toMatchObject({ prefix: 'sk_prod' })
  expect(ring.find(key)).toBe(found)
  expect(prefixes()).toEqual({ a: 'sk_prod', b: 'sk_dev_' })
})

test('a key that is known by its hash is taken out of texts: a generated one always, another once it was sent', () => {
  const [key, legacy] = [generateApiKey('prod'), 'legacy-0123456789']
  const ring = ringOf({ hash: hashApiKey(key) }, { hash: hashApiKey(legacy) })
  const redactor = new Redactor()
  redactor.add(ring)
  const text = `(${key}) x${legacy}x`
  expect(redactor.redact(text)).toBe(`(***) x${legacy}x`)
  ring.find(legacy)
  expect(redactor.redact(text)).toBe('(***) x***x')
})

test('a key is current while the ring has it and its time has come and not passed', () => {
  const times = vi.spyOn(Date, 'now').mockReturnValue(1_000)
  const record = { id: 'a', hash: hashApiKey('some-key-0123456789') }
  const ring = ringOf({ ...record, notBefore: 1_000, expiresAt: 2_000 })
  const key = ring.find('some-key-0123456789')
  if (key === undefined) throw new Error('not found')
  expect(ring.isCurrent(key)).toBe(true)
  times.mockReturnValue(999)
  expect(ring.isCurrent(key)).toBe(false)
  times.mockReturnValue(2_000)
  expect(ring.isCurrent(key)).toBe(false)
  expect(ring.find('some-key-0123456789')).toBeDefined()

  // What counts is what is said of it now, not then.
  ring.replace(toKeySet([record], 'test'))
  expect(ring.isCurrent(key)).toBe(true)
  ring.replace(toKeySet(plain('other-key'), 'test'))
  expect(ring.isCurrent(key)).toBe(false)
  times.mockRestore()
})

test('an exchange tells what it changed, and calls those who want to know', () => {
  const ring = ringOf(...plain('a', 'b'), { id: 'c', hash: hashApiKey('c') })
  const listener = vi.fn<() => void>()
  ring.onChange(listener)
  ring.find('c')
  const c = (details: object) => ({ id: 'c', hash: hashApiKey('c'), ...details })
  const exchange = (...records: KeyRecord[]) => ring.replace(toKeySet(records, 'test'))
  expect(exchange(...plain('a', 'b'), c({}))).toEqual({ added: 0, removed: 0, changed: 0 })
  expect(exchange(...plain('a', 'b'), c({ scopes: ['x:y'] }))).toEqual({ added: 0, removed: 0, changed: 1 })
  expect(exchange(...plain('a', 'd', 'e'), c({ scopes: ['x:y'] }))).toEqual({
    added: 2,
    removed: 1,
    changed: 0,
  })
  expect(listener).toHaveBeenCalledTimes(3)
})

test('what a set holds can be changed by nobody', () => {
  const key = ringOf({ hash: hashApiKey('a'), scopes: ['x:y'], allowFrom: ['::1'] }).find('a')
  expect([key, key?.scopes, key?.allowFrom].map(Object.isFrozen)).toEqual([true, true, true])
})

test('the pattern for scanners finds generated keys in any text, and nothing that is longer or shorter', () => {
  const pattern = new RegExp(API_KEY_PATTERN, 'g')
  const [first, second] = [generateApiKey('prod'), generateApiKey('staging2')]
  expect(
    `KEY=${first}\n"${second}",x${first} ${first}x ${first.slice(0, -1)} sk__${'a'.repeat(38)}`.match(
      pattern,
    ),
  ).toEqual([first, second])
})
