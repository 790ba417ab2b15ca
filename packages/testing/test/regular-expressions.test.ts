import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from '@swc/core'
import { checkSync } from 'recheck'
import { expect, test } from 'vitest'

/** Milliseconds for one expression: on a busy machine the default, 10 s, ends before some of them are understood. */
const TIMEOUT = 120_000

// The engine in JavaScript: the test needs no binary of a platform.
process.env['RECHECK_SYNC_BACKEND'] = 'pure'

const packages = fileURLToPath(new URL('../../', import.meta.url))

interface Expression {
  readonly file: string
  readonly pattern: string
  readonly flags: string
}

/** Every regular expression that stands in the sources of the packages. */
function expressions(): Expression[] {
  const found: Expression[] = []
  for (const name of readdirSync(packages, { recursive: true, encoding: 'utf8' })) {
    if (!/^[\w-]+\/src\/.*\.ts$/.test(name)) continue
    const tree = parseSync(readFileSync(join(packages, name), 'utf8'), { syntax: 'typescript' })
    JSON.stringify(tree, (_key, node: { type?: string; pattern?: string; flags?: string } | null) => {
      if (node?.type === 'RegExpLiteral')
        found.push({ file: name, pattern: node.pattern ?? '', flags: node.flags ?? '' })
      return node
    })
  }
  return found
}

const all = expressions()

test(
  'row 19: no regular expression of ours takes more than linear time, whatever it is given',
  { timeout: 2 * TIMEOUT },
  () => {
    expect(all.length).toBeGreaterThan(15)
    const slow = all.filter(
      ({ pattern, flags }) => checkSync(pattern, flags, { timeout: TIMEOUT }).status !== 'safe',
    )
    expect(slow).toEqual([])
  },
)

test('row 19: the check sees what is slow', () => {
  expect(checkSync('^(a+)+$', '').status).toBe('vulnerable')
})
