import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { freePort, runProcess, startProcess, startRedis, temporaryFolder } from '@chapkit/testing'
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

test('apps/monitoring/start.sh', async () => {
  const file = 'apps/monitoring/start.sh'
  const origin = await start(file, 'start')
  expect(await curl(file, 'order', origin)).toMatchObject({ status: 201, body: { total: 9 } })
  const metrics = snippetText({ file, region: 'metrics' })?.replace('localhost:8000', new URL(origin).host)
  const page = await runProcess(['bash', '-euc', metrics ?? ''], { cwd: root })
  expect(page.stdout).toContain('orders_items_total 3\n')
})

test('apps/service-to-service/start.sh', async () => {
  const file = 'apps/service-to-service/start.sh'
  const [portOfA, portOfB] = [String(await freePort()), String(await freePort())]
  const withPorts = (script: string) => script.replaceAll('8000', portOfA).replaceAll('8001', portOfB)
  await start(file, 'b', withPorts)
  const origin = await start(file, 'a', withPorts)
  expect(await curl(file, 'curl', origin)).toEqual({ status: 200, body: { total: 6 } })
})

test('apps/rate-limited/start.sh', async () => {
  const file = 'apps/rate-limited/start.sh'
  const redis = await startRedis()
  const [first, second] = [String(await freePort()), String(await freePort())]
  const change = (script: string) =>
    script
      .replaceAll('8000', first)
      .replaceAll('8001', second)
      .replaceAll('redis://localhost:6379', redis.url())
      .replaceAll('npm start', 'REDIS_TIMEOUT=20000 npm start')
  await start(file, 'first', change)
  await start(file, 'second', change)
  const calls = change(snippetText({ file, region: 'curl' }) ?? '').replaceAll(/^curl/gm, 'curl -sS')
  const { stdout } = await runProcess(['bash', '-euc', calls], { cwd: root })
  expect(stdout.match(/r=\d+/g)).toEqual(['r=99', 'r=98'])
})

test('apps/scoped-keys/start.sh', { timeout: 180_000 }, async () => {
  const folder = temporaryFolder()
  const file = 'apps/scoped-keys/start.sh'
  const inFolder = (script: string) =>
    script.replaceAll('--file keys.json', `--file ${folder}/keys.json`).replace('$PWD', folder)
  const part = (region: string) => inFolder(snippetText({ file, region }) ?? '')
  /** Runs commands of the app, and gives a variable that they set. */
  const run = async (script: string, variable: string) => {
    const { stdout, stderr, code } = await runProcess(['bash', '-euc', `${script}\necho "$${variable}"`], {
      cwd: join(root, dirname(file)),
    })
    if (code !== 0) throw new Error(stderr)
    return stdout.trim().split('\n')
  }
  const [reader = '', writer = ''] = await run(`${part('keys')}\necho "$READER"`, 'WRITER')
  const origin = await start(file, 'start', inFolder)
  const statusWith = async (key: string) =>
    (await fetch(`${origin}/api/v1/reports`, { headers: { 'x-api-key': key } })).status
  const call = (region: string) => curl(file, region, origin, { $READER: reader, $WRITER: writer })
  expect(await call('read')).toEqual({ status: 200, body: [{ title: 'Sales in March' }] })
  expect(await call('lacks')).toMatchObject({ status: 403, body: { required_scopes: ['reports:read'] } })

  const [renewed = ''] = await run(part('rotate'), 'NEW_READER')
  await expect.poll(() => statusWith(renewed), { timeout: 20_000 }).toBe(200)
  expect(await statusWith(reader)).toBe(401)
  await run(part('revoke'), 'HOME')
  await expect.poll(() => statusWith(renewed), { timeout: 20_000 }).toBe(401)
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
