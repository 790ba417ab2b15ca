import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listening, runProcess, temporaryFolder } from '@chapkit/testing'
import { expect, onTestFinished, test } from 'vitest'
import { useArtifacts } from '../../snippets/artifacts/in-code.ts'
import { expectAnswer } from '../helpers/answers.ts'
import { exchange, expectExchange } from '../helpers/exchanges.ts'
import { snippetText } from '../helpers/pages.ts'
import { curl } from '../helpers/scripts.ts'

const SCRIPT = 'docs/snippets/artifacts/curl.sh'
const CHILD = '/api/v1/artifacts/01M87C3A9X4HSFV7PC1GQ6TBEW'
const CONFIG = '01M87C5Z1D8MK4YXEJ2RNVAQ0G'
const WEIGHTS = 'name,weight\nbias,0.25\nslope,1.75\n'.repeat(40_000)

/** The service, its database, its contents and the files of the client are in the working directory. */
async function start() {
  const [before, folder] = [process.cwd(), temporaryFolder()]
  process.chdir(folder)
  onTestFinished(() => process.chdir(before))
  const { service } = await import('../../snippets/artifacts/service.ts')
  const app = service.build()
  return { app, folder, origin: `http://127.0.0.1:${await listening(app)}` }
}

test('snippets/artifacts/service.ts answers snippets/artifacts/curl.sh', async () => {
  const { app, folder, origin } = await start()
  const call = async (region: string) => curl(SCRIPT, region, origin)
  const get = async (path: string) => (await fetch(origin + path)).json()

  expectAnswer((await call('root')).body, 'artifacts/answers/root.json')
  expect((await call('child')).body).toMatchObject({ level: 1 })
  await app.configs.create({ id: CONFIG, name: 'nightly', data: { epochs: 20 } })
  expect((await exchange(SCRIPT, 'link', origin)).status).toBe('HTTP/1.1 204 No Content')
  expectAnswer((await call('tree')).body, 'artifacts/answers/tree.json')
  expect(await get(`${CHILD}/$config`)).toMatchObject({ name: 'nightly' })
  expect(await get(`/api/v1/configs/${CONFIG}/$artifacts`)).toHaveLength(1)
  const circle = await call('circle')
  expect(circle.status).toBe(409)
  expectAnswer(circle.body, 'artifacts/answers/circle.json')
  expect((await call('move')).body).toMatchObject({ level: 0, parent_id: null })
  expect(await get(`${CHILD}/$config`)).toBeNull()

  writeFileSync(join(folder, 'weights.csv'), WEIGHTS)
  const uploaded = await exchange(SCRIPT, 'upload', origin, {}, folder)
  expectExchange(uploaded, 'artifacts/answers/uploaded.http')
  expect(JSON.parse(uploaded.body)).toMatchObject({
    sha256: createHash('sha256').update(WEIGHTS).digest('hex'),
  })
  expectExchange(await exchange(SCRIPT, 'range', origin), 'artifacts/answers/range.http')

  const run = async (region: string) => {
    const script = (snippetText({ file: SCRIPT, region }) ?? '').replace(
      'localhost:8000',
      new URL(origin).host,
    )
    expect(await runProcess(['bash', '-euc', script], { cwd: folder })).toMatchObject({ code: 0 })
    return readFileSync(join(folder, 'copy.csv'), 'utf8')
  }
  expect(await run('download')).toBe(WEIGHTS)
  writeFileSync(join(folder, 'copy.csv'), WEIGHTS.slice(0, 1000))
  expect(await run('resume')).toBe(WEIGHTS)
})

test('snippets/artifacts/in-code.ts', async () => {
  const folder = temporaryFolder()
  const [file, copy] = [join(folder, 'weights.csv'), join(folder, 'copy.csv')]
  writeFileSync(file, 'bias,0.25\n')
  const [children, config, size, sha256] = await useArtifacts(file, copy)
  expect([children, config, size]).toEqual([1, 'nightly', 10])
  expect(sha256).toBe(createHash('sha256').update(readFileSync(copy)).digest('hex'))
})
