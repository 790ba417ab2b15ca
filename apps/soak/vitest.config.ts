import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { VerdictReporter } from '../../packages/testing/src/verdict-reporter.ts'
import workspace from '../../vitest.config.ts'

/** The full form: the same tests as in the suite, with the numbers of `src/sizes.ts`, one after the other. */
export default defineConfig({
  ...workspace,
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: {
    ...workspace.test,
    // No mergeConfig(): it would add this to what the suite includes.
    include: ['apps/soak/test/**/*.test.ts'],
    env: { CHAPKIT_SOAK: 'full' },
    fileParallelism: false,
    disableConsoleIntercept: true,
    reporters: [new VerdictReporter()],
  },
})
