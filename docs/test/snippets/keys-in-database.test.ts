import { listening, runProcess, temporaryFolder } from '@chapkit/testing'
import { expect, onTestFinished, test } from 'vitest'
import { expectAnswer } from '../helpers/answers.ts'
import { exchange, expectExchange } from '../helpers/exchanges.ts'
import { root, snippetText } from '../helpers/pages.ts'

const SCRIPT = 'docs/snippets/keys-in-database/curl.sh'

/** Runs a command of the page in a folder. */
async function command(region: string, cwd: string) {
  const text = snippetText({ file: 'docs/snippets/keys-in-database/commands.sh', region }) ?? ''
  const bin = `'${process.execPath}' '${root}packages/chapkit/bin/chapkit.js'`
  return runProcess(['bash', '-euc', text.replace('npx chapkit', bin)], { cwd })
}

test('the first key, and what it can do with the routes', async () => {
  const cwd = temporaryFolder()
  const first = await command('first', cwd)
  expect(first.code).toBe(0)
  const admin = first.stdout.trim()
  expect((await command('list', cwd)).stdout).toContain('keys:admin')

  const before = process.cwd()
  process.chdir(cwd)
  onTestFinished(() => process.chdir(before))
  const { service } = await import('../../snippets/keys-in-database/app.ts')
  const origin = `http://127.0.0.1:${await listening(service.build())}`
  const status = async (key: string) =>
    (await fetch(`${origin}/reports`, { headers: { 'x-api-key': key } })).status
  let id = ''
  const call = (region: string) => exchange(SCRIPT, region, origin, { $ADMIN_KEY: admin, $KEY_ID: id })

  const created = await call('create')
  const { key, ...body } = JSON.parse(created.body) as { key: string; id: string }
  expect(key).toMatch(/^sk_prod_[0-9A-Za-z]{38}$/)
  const shown = { ...created, body: JSON.stringify({ ...body, key: 'sk_prod_…' }) }
  expectExchange(shown, 'keys-in-database/answers/created.http')
  expect(await status(key)).toBe(200)

  id = body.id
  expect((await call('list')).body).not.toContain(key)
  const rotated = JSON.parse((await call('rotate')).body) as { key: string }
  expect([await status(key), await status(rotated.key)]).toEqual([200, 200])
  expect((await call('revoke')).status).toBe('HTTP/1.1 204 No Content')
  expect([await status(key), await status(rotated.key)]).toEqual([401, 200])

  const list = JSON.parse((await call('list')).body) as { id: string; name: string }[]
  id = list.find(({ name }) => name === 'admin')?.id ?? ''
  const refused = await call('revoke')
  expectAnswer(
    JSON.parse(refused.body.replaceAll(id, '01M87A60D2E7GQ4N5S8HJ1B3VW')),
    'keys-in-database/answers/last-admin.json',
  )
})
