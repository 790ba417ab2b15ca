import { readFileSync } from 'node:fs'
import { startProcess } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { expectAnswer } from '../helpers/answers.ts'
import { readText, snippetText } from '../helpers/pages.ts'
import { curl } from '../helpers/scripts.ts'

const cwd = new URL('../../snippets/quick-start/', import.meta.url)

test('snippets/quick-start/app.ts is started as own-service.sh does it, and answers what curl.sh asks', async () => {
  const start = snippetText({ file: 'docs/snippets/quick-start/own-service.sh', region: 'start' }) ?? ''
  const command = start.replace('cd apps/my-service\n', '').replace('npm start', 'node --import tsx app.ts')
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

test('the service of the quick start has ten lines', () => {
  const code = readText('docs/snippets/quick-start/app.ts')
    .split('\n')
    .filter((line) => line.trim() !== '')
  expect(code.length).toBe(10)
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

test('snippets/quick-start/own-service.sh copies an app that is there, with the pnpm of the workspace', () => {
  const { packageManager } = JSON.parse(readText('package.json')) as { packageManager: string }
  const script = readText('docs/snippets/quick-start/own-service.sh')
  const [, app = ''] = /^cp -R (\S+) apps\/my-service$/m.exec(script) ?? []
  const { scripts } = JSON.parse(readText(`${app}/package.json`)) as { scripts: { start: string } }
  expect(scripts.start).toBe('node --import tsx server.ts')
  expect(new Set(script.match(/pnpm@[\d.]+/g))).toEqual(new Set([packageManager]))
})
