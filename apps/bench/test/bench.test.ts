import { fileURLToPath } from 'node:url'
import { runProcess } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { benchmarksPage } from '../src/page.ts'
import { contenders } from '../src/contenders.ts'
import { pairedT, quantile, spread, stratifiedT } from '../src/statistics.ts'

const cwd = fileURLToPath(new URL('../dist/', import.meta.url))
const run = (file: string) => runProcess([process.execPath, file, '--short'], { cwd, timeout: 280_000 })

test('the short form measures every contender', async () => {
  const { code, stdout, stderr } = await run('bench.js')
  expect(stderr).not.toContain('Error')
  expect(code).toBe(0)
  for (const { title } of contenders) {
    expect(stdout).toMatch(new RegExp(`^\\| ${title.replaceAll('.', '\\.')} +\\| +[\\d.]+ \\|`, 'm'))
  }
  expect(stdout).toMatch(/^Authentication adds -?[\d.]+ /m)
  expect(stdout).toMatch(/^The complete stack .* the limit is 0.6: (kept|NOT kept)\.$/m)
  expect(stdout).toMatch(/^The process of the complete stack .* the limit is 100: (kept|NOT kept)\.$/m)
  expect(stdout).toMatch(/^GET of a config by its id.* on SQLite is 0.45: (kept|NOT kept)\.$/m)
  expect(stdout).toMatch(/^POST of a config.* on SQLite is 0.3: (kept|NOT kept)\.$/m)
  for (const page of ['first page by key', 'last page by key', 'first page by number', 'last page by number'])
    expect(stdout).toMatch(new RegExp(`^\\| ${page} +\\| +\\d+ \\|`, 'm'))
  expect(stdout).toMatch(/^The last page by key costs [\d.]+ /m)
}, 300_000)

test('row 14: the short form of the timing compares all groups, and sees what a careless check tells', async () => {
  const { code, stdout } = await run('timing.js')
  expect(code).toBe(0)
  expect(stdout.match(/^\| (wrong key|valid key|control)/gm)).toHaveLength(4)
  expect(stdout).toContain('the control is found.')
}, 300_000)

test('quantiles are interpolated', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
  expect(spread([1, 2, 3, 4, 5])).toEqual({ median: 3, lower: 2, upper: 4 })
})

test('t tells groups apart that differ, and not those that do not', () => {
  const around = (mean: number) => Array.from({ length: 1000 }, (_, at) => mean + (at % 11) - 5)
  expect(stratifiedT([around(10)], [around(10)])).toBe(0)
  expect(stratifiedT([around(12), around(20)], [around(10), around(20)])).toBeGreaterThan(4.5)
})

test('t of pairs looks at the differences alone', () => {
  const cells = (added: readonly number[]) =>
    added.map((more, cell) => [100 * cell + more, 100 * cell + more])
  expect(pairedT(cells([0, 0, 0, 0]), cells([0, 0, 0, 0]))).toBe(0)
  expect(Math.abs(pairedT(cells([1, 0, 1, 0]), cells([0, 1, 0, 1])))).toBeLessThan(1)
  expect(pairedT(cells([10, 11, 12, 11]), cells([0, 0, 0, 0]))).toBeGreaterThan(4.5)
})

test('the page says where and when it was measured', () => {
  const page = benchmarksPage({
    machine: '2 cores, today',
    costs: '| a |',
    findings: ['Kept.'],
    lists: { table: '| l |', sentence: 'As much.' },
    timing: { table: '| t |', sentence: 'Found.', kept: true },
  })
  for (const part of ['2 cores, today', '| a |', '- Kept.', '| l |', 'As much.', '| t |', 'Found.'])
    expect(page).toContain(part)
})
