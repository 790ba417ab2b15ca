import { ENVIRONMENT_PATTERN, generateApiKey, hashApiKey } from '@chapkit/auth'
import { ulidFactory } from '@chapkit/core'
import { parseDuration } from '@chapkit/key-store'
import { CommandFailure } from './failure.ts'
import type { BookedKey } from './key-book.ts'
import { checksumOf, keyFromInput, oneKey, print, tell } from './key-input.ts'
import { type KeyDetailOptions, readKeyDetails } from './key-options.ts'
import { keysText, stateOf } from './key-state.ts'
import { closingBook, type KeyBookOptions, openKeyBook, withKeyBook } from './open-key-book.ts'

/** What the command line says. */
export interface KeysOptions extends KeyBookOptions, KeyDetailOptions {
  readonly env?: string
  readonly overlap?: string
}

/** A key that was made, before it is printed. */
interface MadeKey {
  readonly text: string
  readonly id: string
  readonly hash: string
  readonly prefix: string
}

const ONCE =
  'The key is shown once, here. Whoever is to use it gets it by a secrets manager, not by mail or chat.'

/** Makes a key. It is printed once it is kept, so that none is in use that the file does not have. */
export async function generate(options: KeysOptions): Promise<number> {
  const made = makeKey(options.env, options.id)
  const { text, ...kept } = made
  const key: BookedKey = { ...readKeyDetails(options), ...kept }
  const book = await openKeyBook(options)
  if (book) {
    await closingBook(book, () => book.add(key))
    tell(`Added the key '${key.id}' to ${book.place}.`)
  } else {
    tell(`Its hash, for a key file: ${key.hash}`)
  }
  tell(ONCE)
  print(text)
  return 0
}

/** Prints what stands for a key where its text must not. */
export async function hash(argument: string | undefined): Promise<number> {
  const key =
    argument === undefined ? await keyFromInput('hash') : oneKey(argument, 'keys hash: the argument')
  if (argument !== undefined) {
    tell('The shell keeps this key in its history: better give it on standard input.')
  }
  const checksum = checksumOf(key)
  if (checksum === 'wrong') {
    throw new CommandFailure(
      'keys hash: the key was mistyped or cut: its checksum is wrong. Copy it again, whole.',
    )
  }
  if (checksum === 'none') {
    tell(
      'This is not a generated key. As long as nobody used it, a service that has its hash alone cannot take it out of logs.',
    )
  }
  print(hashApiKey(key))
  return 0
}

/** Tells whether a key is whole and, with a book, whether it is there and valid; 1 when not. */
export async function verify(options: KeysOptions): Promise<number> {
  const key = await keyFromInput('verify')
  const checksum = checksumOf(key)
  if (checksum === 'wrong') return refuse('The key was mistyped or cut: its checksum is wrong.')
  const book = await openKeyBook(options)
  if (!book) {
    if (checksum === 'none') return refuse('The key is not a generated one, so it has no checksum.')
    print('The key is whole: its checksum is right.')
    return 0
  }
  const keys = await closingBook(book, () => book.list())
  const wanted = hashApiKey(key)
  const found = keys.find(({ hash }) => hash.toLowerCase() === wanted)
  if (!found) return refuse(`The key is not in ${book.place}.`)
  print(keysText([found]))
  return stateOf(found) === 'valid' ? 0 : refuse(`The key is ${stateOf(found)}.`)
}

/** Lists keys. */
export async function list(options: KeysOptions): Promise<number> {
  print(keysText(await withKeyBook('list', options, (book) => book.list())))
  return 0
}

/** Makes a new key with what is said of the old one, and lets the old one end. */
export async function rotate(id: string, options: KeysOptions): Promise<number> {
  const overlap = parseDuration(options.overlap ?? '7d')
  if (overlap === undefined)
    throw new CommandFailure("--overlap must be a time such as '7d', '12h', '30m' or '0s'.")
  const details = readKeyDetails(options)
  const until = Date.now() + overlap
  await withKeyBook('rotate', options, async (book) => {
    let made: MadeKey | undefined
    await book.rotate(id, until, (old) => {
      made = makeKey(options.env ?? environmentOf(old), options.id)
      const { text: _, ...kept } = made
      return { ...old, ...expiryOf(old, details.expiresAt), ...kept }
    })
    if (made === undefined) return
    tell(
      `Added the key '${made.id}' to ${book.place}; '${id}' ends at ${new Date(until).toISOString()} at the latest.`,
    )
    tell(ONCE)
    print(made.text)
  })
  return 0
}

/** Makes a key invalid. */
export async function revoke(id: string, options: KeysOptions): Promise<number> {
  await withKeyBook('revoke', options, async (book) => {
    await book.revoke(id)
    tell(`'${id}' of ${book.place} is valid no more. Services know it within 2 seconds.`)
  })
  return 0
}

function makeKey(environment: string | undefined, id = ulidFactory()()): MadeKey {
  if (environment === undefined || !new RegExp(ENVIRONMENT_PATTERN).test(environment)) {
    throw new CommandFailure('--env must be 1 to 32 letters and digits, such as prod, staging or dev.')
  }
  const text = generateApiKey(environment)
  return { text, id, hash: hashApiKey(text), prefix: `sk_${environment}_` }
}

function environmentOf({ id, prefix }: BookedKey): string {
  const [, environment] = /^sk_([0-9A-Za-z]+)_$/.exec(prefix ?? '') ?? []
  if (environment !== undefined) return environment
  throw new CommandFailure(`keys rotate: nothing tells the environment of '${id}'; say it, with --env NAME.`)
}

/** The new key is valid as long as the old one was to be, and from now on, unless the command line says otherwise. */
function expiryOf({ id, notBefore, expiresAt }: BookedKey, wanted: number | undefined): Partial<BookedKey> {
  if (wanted === undefined && expiresAt !== undefined && expiresAt <= Date.now()) {
    throw new CommandFailure(
      `keys rotate: '${id}' has expired; say until when the new key is valid, with --expires.`,
    )
  }
  return {
    expiresAt: wanted ?? expiresAt,
    notBefore: notBefore !== undefined && notBefore > Date.now() ? notBefore : undefined,
  }
}

function refuse(sentence: string): number {
  print(sentence)
  return 1
}
