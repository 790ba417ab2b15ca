import { PROBLEM_TYPES } from '@chapkit/core'
import { expect, test } from 'vitest'
import { filesIn, readText } from './helpers/pages.ts'

const page = readText('docs/errors.md')

test('docs/errors.md has each problem type with its status and title, and no other', () => {
  const rows = page.matchAll(/^\| `([\w-]+)` +\| (\d{3}) +\| (.+?) +\|/gm)
  const documented = [...rows].map(([, type, status, title]) => [type, { status: Number(status), title }])
  expect(Object.fromEntries(documented)).toEqual(PROBLEM_TYPES)
})

test('docs/errors.md has each code of an error at the start, and no other', () => {
  const sources = filesIn('packages', '/errors.ts', 'errors.ts').map(readText).join('\n')
  const codes = [...sources.matchAll(/'(CHAPKIT_ERR_\w+)'/g)].map(([, code]) => code)
  const documented = [...page.matchAll(/^### (\w+)$/gm)].map(([, code]) => code)
  expect(codes.length).toBeGreaterThan(10)
  expect(documented.toSorted()).toEqual(codes.toSorted())
})

test('every CHAPKIT_ERR_ in the sources is in a catalogue', () => {
  const sources = filesIn('packages', '.ts').filter((path) => path.includes('/src/'))
  const used = new Set(sources.flatMap((path) => readText(path).match(/CHAPKIT_ERR_[A-Z_]+/g) ?? []))
  expect([...used].filter((code) => !page.includes(`### ${code}\n`))).toEqual([])
})
