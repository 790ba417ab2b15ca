import { readFileSync } from 'node:fs'
import { startProcess } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { expectAnswer } from '../helpers/answers.ts'
import { readText, snippetText } from '../helpers/pages.ts'
import { curl } from '../helpers/scripts.ts'

const cwd = new URL('../../snippets/quick-start/', import.meta.url)

test('snippets/quick-start/app.ts is started by run.sh, and answers what curl.sh asks', async () => {
  const command = snippetText({ file: 'docs/snippets/quick-start/run.sh', region: 'tsx' }) ?? ''
  const running = await startProcess(['bash', '-euc', command], {
    cwd,
    env: { PORT: '0', LOG_FORMAT: 'json' },
    ready: /Server listening at ([^"]+)/,
  })
  const [, origin = ''] = await running.waitFor(/Server listening at ([^"]+)/)
  const created = await curl('docs/snippets/quick-start/curl.sh', 'create', origin)
  expect(created.status).toBe(201)
  expectAnswer(created.body, 'quick-start/created.json')
  const list = await curl('docs/snippets/quick-start/curl.sh', 'list', origin)
  expect(list).toEqual({ status: 200, body: [created.body] })
})

test('the service of the quick start has about ten lines', () => {
  const code = readText('docs/snippets/quick-start/app.ts')
    .split('\n')
    .filter((line) => line.trim() !== '')
  expect(code.length).toBeLessThanOrEqual(12)
})

test('snippets/quick-start/commands.sh names scripts of the workspace', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>
  }
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']))
  expect(readText('docs/snippets/quick-start/commands.sh').match(/^npm \w+$/gm)).toEqual([
    'npm start',
    'npm test',
  ])
})
