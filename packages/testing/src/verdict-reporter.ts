import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** One line a test, what went wrong under it, and at the end `N passed, N failed`. */
export class VerdictReporter implements Reporter {
  onTestCaseReady(test: TestCase): void {
    console.log(`\n${test.fullName}`)
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result()
    const seconds = Math.round((test.diagnostic()?.duration ?? 0) / 1000)
    console.log(`  ${state} after ${seconds} s`)
    for (const { message } of errors) console.log(`  ${message.replaceAll('\n', '\n  ')}`)
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const passed = tests.filter((test) => test.result().state === 'passed').length
    const broken = [...modules.flatMap((module) => module.errors()), ...unhandled]
    for (const { message } of broken) console.log(message)
    console.log(`\n${passed} passed, ${tests.length - passed + broken.length} failed`)
  }
}
