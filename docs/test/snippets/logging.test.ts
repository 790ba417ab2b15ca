import { startProcess } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { expectAnswer } from '../helpers/answers.ts'
import { readText } from '../helpers/pages.ts'

const cwd = new URL('../../snippets/', import.meta.url)
const START = "import { run } from 'chapkit'; await run((await import('./logging/service.ts')).service)"

test('snippets/logging/service.ts logs its requests, and what its handlers say', async () => {
  const running = await startProcess(
    [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', START],
    { cwd, env: { PORT: '0', LOG_FORMAT: 'json' }, ready: /Server listening at [^"]+/ },
  )
  const [, origin = ''] = await running.waitFor(/Server listening at ([^"]+)/)
  const answer = await fetch(`${origin}/api/v1/orders/4711?verbose=1`)
  await running.waitFor(/http\.request\.complete/)
  const lines = ['http.request.start', 'order.read', 'http.request.complete'].flatMap((event) =>
    running.log(event),
  )
  expect(new Set(lines.map((line) => line['request_id']))).toEqual(
    new Set([answer.headers.get('x-request-id')]),
  )
  const [start, own, complete] = lines
  expectAnswer(start, 'logging/answers/start.json')
  expectAnswer(own, 'logging/answers/own.json')
  expectAnswer(complete, 'logging/answers/complete.json')
})

test('snippets/logging/levels.sh writes for people, with more detail', async () => {
  const running = await startProcess(['bash', '-euc', readText('docs/snippets/logging/levels.sh')], {
    cwd: new URL('quick-start/', cwd),
    env: { PORT: '0', CHAPKIT_API_KEYS: 'sk_dev_0123456789abcdef' },
    ready: /INFO.*Server listening at/,
  })
  expect(running.log()).toEqual([])
})
