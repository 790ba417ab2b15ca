import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser'
import { expect, test } from 'vitest'
// @ts-expect-error The configuration of the tool is JavaScript without types.
import rules from '../../../.dependency-cruiser.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))

async function violations(baseDir: string, folders: string[]) {
  const { options, ...ruleSet } = rules as { options: ICruiseOptions; forbidden: [] }
  const { output } = await cruise(folders, { ...options, baseDir, validate: true, ruleSet })
  const { summary } = output as ICruiseResult
  return {
    found: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
    modules: summary.totalCruised,
  }
}

test('imports go in the direction of the plan, and never in a circle', async () => {
  const { found, modules } = await violations(root, ['packages'])
  expect(found).toEqual([])
  expect(modules).toBeGreaterThan(100)
})

test('the rules see what they forbid', async () => {
  const house = mkdtempSync(join(tmpdir(), 'chapkit-house-'))
  const files = {
    'packages/core/src/index.ts': "import type { A } from '../../auth/src/index.ts'\nexport type B = A\n",
    'packages/auth/src/index.ts': "export type { B as A } from './b.ts'\n",
    'packages/auth/src/b.ts': "export type { A as B } from './index.ts'\n",
    'packages/auth/src/keys/ring.ts': "import 'fastify'\n",
    'packages/config/src/index.ts':
      "import '../../../apps/quickstart/app.ts'\nimport '../../core/src/index.ts'\n",
    'apps/quickstart/app.ts': 'export {}\n',
    'node_modules/fastify/package.json': '{"name":"fastify","version":"5.0.0","main":"index.js"}',
    'node_modules/fastify/index.js': '',
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(house, dirname(file)), { recursive: true })
    writeFileSync(join(house, file), text)
  }
  const { found } = await violations(house, ['packages'])
  expect(found.sort()).toEqual([
    'core-imports: packages/core/src/index.ts → packages/auth/src/index.ts',
    'keys-know-no-fastify: packages/auth/src/keys/ring.ts → node_modules/fastify/index.js',
    'no-cycle: packages/auth/src/b.ts → packages/auth/src/index.ts',
    'packages-know-no-app: packages/config/src/index.ts → apps/quickstart/app.ts',
  ])
})

test('every path that CONTRIBUTING.md names exists', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const paths = [...text.matchAll(/`((?:packages|apps|docs)(?:\/[\w./-]*)?)`/g)].map(([, path]) =>
    String(path),
  )
  expect(paths.length).toBeGreaterThan(30)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})
