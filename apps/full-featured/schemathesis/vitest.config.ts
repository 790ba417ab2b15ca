import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { VerdictReporter } from '../../../packages/testing/src/verdict-reporter.ts'
import workspace from '../../../vitest.config.ts'

const { reporters = [], ...test } = workspace.test ?? {}

/** `pnpm schemathesis`: no part of the suite, since it needs a Python program. */
export default defineConfig({
  ...workspace,
  root: fileURLToPath(new URL('../../../', import.meta.url)),
  test: {
    ...test,
    include: ['apps/full-featured/schemathesis/*.test.ts'],
    disableConsoleIntercept: true,
    testTimeout: 20 * 60_000,
    // The suite's are the ones that .ci/run asks for.
    reporters: [new VerdictReporter(), ...[reporters].flat()],
  },
})
