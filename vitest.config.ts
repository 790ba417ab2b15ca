import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'

// Tests import packages by name and run their sources: each alias is read off the package's own exports map.
const packages = new URL('packages/', import.meta.url)
const alias = readdirSync(packages).flatMap((folder) => {
  const manifest = JSON.parse(readFileSync(new URL(`${folder}/package.json`, packages), 'utf8')) as {
    name: string
    exports: Record<string, { default: string }>
  }
  return Object.entries(manifest.exports).map(([subpath, target]) => ({
    find: new RegExp(`^${manifest.name}${subpath.slice(1)}$`),
    replacement: fileURLToPath(
      new URL(`${folder}/${target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts')}`, packages),
    ),
  }))
})

/** Tells which tests did not pass at once. */
const secondTries: Reporter = {
  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky)
      console.log(`Passed at the second try: ${test.module.moduleId} > ${test.fullName}`)
  },
}

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'docs/test/**/*.test.ts'],
    globalSetup: fileURLToPath(new URL('testing/src/global-setup.ts', packages)),
    // .ci/run counts what passed over several runs.
    ...(process.env['CHAPKIT_TEST_REPORT'] && {
      reporters: ['default', secondTries, ['json', { outputFile: process.env['CHAPKIT_TEST_REPORT'] }]],
    }),
    // Most of them wait, for databases and for processes of their own.
    maxWorkers: 3,
    // A machine that does other work at the same time may stop a process for seconds: .ci/run gives a test a second try, and tells
    // which took it. By hand there is none.
    retry: Number(process.env['CHAPKIT_TEST_RETRIES'] ?? 0),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**'],
      exclude: ['packages/testing/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      thresholds: {
        'packages/core/src/**': { lines: 100, branches: 100 },
        'packages/auth/src/**': { lines: 100, branches: 100 },
      },
    },
  },
})
