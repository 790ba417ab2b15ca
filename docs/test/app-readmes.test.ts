import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { freePort, startProcess, temporaryFolder } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { readmes, readText, root, snippetText } from './helpers/pages.ts'
import { curl } from './helpers/scripts.ts'

/** Runs what a README says to run, with other ports and another database, and gives the address. */
async function start(file: string, region: string, change = (script: string) => script): Promise<string> {
  const running = await startProcess(['bash', '-euc', change(snippetText({ file, region }) ?? '')], {
    cwd: join(root, dirname(file)),
    env: { PORT: '0', LOG_FORMAT: 'json' },
    ready: /Server listening at [^"]+/,
  })
  return /Server listening at ([^"]+)/.exec(running.output)?.[1] ?? ''
}

test('apps/auth-envvar/start.sh and apps/auth-envvar/curl.sh', async () => {
  const origin = await start('apps/auth-envvar/start.sh', 'start')
  const call = (region: string) => curl('apps/auth-envvar/curl.sh', region, origin)
  expect(await call('valid')).toEqual({ status: 200, body: [] })
  expect(await call('missing')).toMatchObject({ status: 401 })
  expect(await call('health')).toMatchObject({ status: 200 })
})

test.each(['apps/auth-docker-secrets/start.sh', 'apps/auth-custom-header/start.sh'])('%s', async (file) => {
  expect(await curl(file, 'curl', await start(file, 'start'))).toMatchObject({ status: 200 })
})

test('apps/config-service/start.sh', async () => {
  const folder = temporaryFolder()
  const file = 'apps/config-service/start.sh'
  const origin = await start(file, 'start', (script) => script.replace('configs.db', `${folder}/configs.db`))
  const { status, body } = await curl(file, 'curl', origin)
  expect([status, (body as unknown[]).length]).toEqual([200, 3])
  expect(existsSync(join(folder, 'configs.db'))).toBe(true)
})

test('apps/custom-entity/start.sh', async () => {
  const folder = temporaryFolder()
  const file = 'apps/custom-entity/start.sh'
  const origin = await start(file, 'start', (script) =>
    script.replace('products.db', `${folder}/products.db`),
  )
  expect(await curl(file, 'create', origin)).toMatchObject({ status: 201, body: { sku: 'TEA-1', stock: 0 } })
  expect(await curl(file, 'value', origin)).toEqual({ status: 200, body: { value: 0 } })
})

test('apps/full-featured/start.sh', async () => {
  const folder = temporaryFolder()
  const file = 'apps/full-featured/start.sh'
  const origin = await start(file, 'start', (script) =>
    script
      .replace('full-featured.db', `${folder}/full-featured.db`)
      .replace('="contents"', `="${folder}/contents"`),
  )
  expect(await curl(file, 'curl', origin)).toEqual({ status: 200, body: [] })
  expect(existsSync(join(folder, 'contents'))).toBe(true)
})

test('apps/full-featured/start.sh', async () => {
  const folder = temporaryFolder()
  const file = 'apps/full-featured/start.sh'
  const origin = await start(file, 'start', (script) =>
    script.replace('full-featured.db', `${folder}/full-featured.db`).replace('"contents"', `"${folder}"`),
  )
  expect(await curl(file, 'curl', origin)).toEqual({ status: 200, body: [] })
})

test('apps/service-to-service/start.sh', async () => {
  const file = 'apps/service-to-service/start.sh'
  const [portOfA, portOfB] = [String(await freePort()), String(await freePort())]
  const withPorts = (script: string) => script.replaceAll('8000', portOfA).replaceAll('8001', portOfB)
  await start(file, 'b', withPorts)
  const origin = await start(file, 'a', withPorts)
  expect(await curl(file, 'curl', origin)).toEqual({ status: 200, body: { total: 6 } })
})

test('links in the READMEs lead to files that are there', () => {
  const dead = readmes.flatMap((page) =>
    [...readText(page).matchAll(/\]\((?!https?:)([^)#]+)/g)]
      .map(([, link = '']) => resolve(root, dirname(page), link))
      .filter((path) => !existsSync(path))
      .map((path) => `${page}: ${path}`),
  )
  expect(dead).toEqual([])
})

test('every app has a README', () => {
  expect(readText('README.md').match(/\(apps\/[\w-]+\)/g)).toEqual(
    expect.arrayContaining(readmes.slice(1).map((page) => `(${dirname(page)})`)),
  )
})
