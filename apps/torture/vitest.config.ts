import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vitest/config'
import workspace from '../../vitest.config.ts'
import { VerdictReporter } from '../../packages/testing/src/verdict-reporter.ts'

/** The full form: the same tests as in the suite, with the numbers of `src/sizes.ts`, one after the other. */
export default mergeConfig(
  workspace,
  defineConfig({
    root: fileURLToPath(new URL('../../', import.meta.url)),
    test: {
      include: ['apps/torture/test/**/*.test.ts'],
      env: { CHAPKIT_TORTURE: 'full' },
      fileParallelism: false,
      disableConsoleIntercept: true,
      testTimeout: 30 * 60_000,
      reporters: [new VerdictReporter()],
    },
  }),
)
