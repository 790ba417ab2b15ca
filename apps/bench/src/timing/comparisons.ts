import { randomBytes, randomInt } from 'node:crypto'
import { anyOf, type Comparison } from './compare.ts'
import { keyCheckOf, type KeyCheck } from './key-check.ts'

const LENGTH = 48
const LENGTHS = [8, 16, 32, 64, 128, 256]
/** Characters that a guess has right: what follows is random, so no guess comes twice. */
const RIGHT = 36
const PAIRS_OF_SERVICES = 25

/*
 * How long a look-up takes depends by a few nanoseconds on which key is looked up where: on the place of its digest in the
 * table, on the processor's cache. So keys are new for each call where they can be. Where they cannot, both groups send
 * the same keys to the same services, each combination is a cell of its own, and only what is compared differs.
 */

/** A wrong key that begins as a valid one, against the same key in a service where it does not. */
export async function rightPrefix(): Promise<Comparison> {
  return betweenServices(
    `wrong key: first ${RIGHT} of ${LENGTH} characters right, or none`,
    () => [randomKey(LENGTH), randomKey(LENGTH)],
    (valid) => valid.slice(0, RIGHT) + randomKey(LENGTH - RIGHT),
  )
}

/** A wrong key as long as the valid one, against the same key in a service whose key has another length. */
export async function rightLength(): Promise<Comparison> {
  return betweenServices(
    `wrong key: as long as the valid one, or not (${LENGTHS[0]} to ${LENGTHS.at(-1)} characters)`,
    (index) => [0, 1].map((other) => randomKey(LENGTHS[(index + other) % LENGTHS.length] as number)),
    (valid) => randomKey(valid.length),
  )
}

/**
 * Wrong keys that are made after the valid ones of two services and sent to both: so what comes often, and is faster for it, comes as
 * often where it is like the valid key as where it is not.
 */
async function betweenServices(
  title: string,
  keysOf: (index: number) => string[],
  wrongKey: (valid: string) => string,
): Promise<Comparison> {
  const pairs: { index: number; keys: string[]; checks: KeyCheck[] }[] = []
  for (let index = 0; index < PAIRS_OF_SERVICES; index++) {
    const keys = keysOf(index)
    pairs.push({ index, keys, checks: await Promise.all(keys.map((key) => keyCheckOf([key]))) })
  }
  return {
    title,
    paired: true,
    draw() {
      const { index, keys, checks } = anyOf(pairs)
      const group = coin()
      const asked = coin()
      const like = keys[group === 0 ? asked : 1 - asked] as string
      return { group, cell: 2 * index + asked, check: checks[asked] as KeyCheck, key: latin1(wrongKey(like)) }
    },
  }
}

/** A valid key that is the first of 1,000, against the same key in a service where it is the last. */
export async function placeInList(): Promise<Comparison> {
  const pairs: { index: number; forward: KeyCheck; backward: KeyCheck; ends: readonly [Buffer, Buffer] }[] =
    []
  for (let index = 0; index < PAIRS_OF_SERVICES; index++) {
    const keys = keyList()
    const [forward, backward] = [await keyCheckOf(keys), await keyCheckOf(keys.toReversed())]
    pairs.push({ index, forward, backward, ends: endsOf(keys) })
  }
  return {
    title: 'valid key: first of 1,000, or last',
    paired: true,
    draw() {
      const { index, forward, backward, ends } = anyOf(pairs)
      const group = coin()
      const end = coin()
      return { group, cell: 2 * index + end, check: group === end ? forward : backward, key: ends[end] }
    },
  }
}

/** What must be found: a check that compares its keys one by one. It shows that the measurement can see. */
export function oneByOne(): Comparison {
  const keys = keyList()
  const ends = endsOf(keys)
  const check: KeyCheck = (key) => {
    keys.find((valid) => valid === key)
  }
  return {
    title: 'control, a check that compares one by one: first of 1,000, or last',
    draw() {
      const group = coin()
      return { group, cell: 0, check, key: ends[group] }
    },
  }
}

function coin(): 0 | 1 {
  return randomInt(2) as 0 | 1
}

function keyList(): string[] {
  return Array.from({ length: 1_000 }, () => randomKey(LENGTH))
}

function endsOf(keys: readonly string[]): readonly [Buffer, Buffer] {
  return [latin1(keys[0] ?? ''), latin1(keys.at(-1) ?? '')]
}

function randomKey(length: number): string {
  return randomBytes(length).toString('base64url').slice(0, length)
}

function latin1(key: string): Buffer {
  return Buffer.from(key, 'latin1')
}
