import { defineEntity, ServiceBuilder, Type } from 'chapkit'
import {
  captureLog,
  closing,
  databaseUrl,
  freePort,
  listening,
  startPostgres,
  temporaryFolder,
} from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { move } from '../../snippets/database/move.ts'
import { service as transfers } from '../../snippets/database/transactions.ts'
import { expectAnswer } from '../helpers/answers.ts'
import { exchange, expectExchange } from '../helpers/exchanges.ts'
import { readText } from '../helpers/pages.ts'

const AppConfig = Type.Object({ environment: Type.String() })
const products = defineEntity({
  name: 'product',
  table: 'products',
  schema: Type.Object({ title: Type.String() }),
})

function withDatabaseUrl(url: string): void {
  vi.stubEnv('DATABASE_URL', url)
  onTestFinished(() => void vi.unstubAllEnvs())
}

test('snippets/database/urls.ts: in memory, in a file, from DATABASE_URL as in snippets/database/environment.sh', async () => {
  const before = process.cwd()
  process.chdir(temporaryFolder())
  onTestFinished(() => process.chdir(before))
  expect(readText('docs/snippets/database/environment.sh')).toMatch(/^export DATABASE_URL="postgres:/)
  withDatabaseUrl(await databaseUrl('postgres'))
  const { inMemory, inFile, fromEnvironment, withOptions, behindPgBouncer } =
    await import('../../snippets/database/urls.ts')
  const dialects = []
  for (const service of [inMemory, inFile, fromEnvironment, withOptions, behindPgBouncer]) {
    const app = closing(service.build())
    await app.ready()
    dialects.push(app.database.dialect)
  }
  expect(dialects).toEqual(['sqlite', 'sqlite', 'postgres', 'postgres', 'postgres'])
})

test('a service that stores something uses DATABASE_URL without withDatabase(), too', async () => {
  withDatabaseUrl(await databaseUrl('postgres'))
  const app = closing(new ServiceBuilder({ displayName: 'My Service' }).withConfig(AppConfig).build())
  await app.ready()
  expect((app as unknown as { database: { dialect: string } }).database.dialect).toBe('postgres')
})

test('snippets/database/own-database.ts: two services share a database', async () => {
  const { configs, readers, end } = await import('../../snippets/database/own-database.ts')
  const [writing, reading] = [configs.build(), readers.build()]
  const payload = { name: 'production', data: { environment: 'production' } }
  expect((await writing.inject({ method: 'POST', url: '/api/v1/configs', payload })).statusCode).toBe(201)
  expect((await reading.inject('/api/v1/configs')).json()).toMatchObject([payload])
  await writing.close()
  expect((await reading.inject('/api/v1/configs')).statusCode).toBe(200)
  await reading.close()
  await end()
})

test.each(['memory', 'postgres'] as const)(
  'snippets/database/transactions.ts moves the money, or none of it, on %s',
  async (kind) => {
    withDatabaseUrl(await databaseUrl(kind))
    const app = closing(transfers.build())
    await app.ready()
    const [ada, bob] = [
      await app.accounts.create({ owner: 'Ada', balance: 10 }),
      await app.accounts.create({ owner: 'Bob', balance: 0 }),
    ]
    const transfer = async (payload: object) =>
      app.inject({ method: 'POST', url: '/api/v1/transfers', payload })
    expect((await transfer({ from: ada.id, to: bob.id, amount: 4 })).json()).toEqual({ left: 6 })
    expect((await transfer({ from: ada.id, to: bob.id, amount: 7 })).statusCode).toBe(409)
    expect((await transfer({ from: ada.id, to: '01M87A5ZV8M3T6K1Y9QWX4D2RC', amount: 1 })).statusCode).toBe(
      404,
    )
    expect((await app.inject('/api/v1/balances')).json()).toEqual([
      { owner: 'Ada', balance: 6 },
      { owner: 'Bob', balance: 4 },
    ])
  },
)

test('a database that is down: snippets/database/curl.sh gets 503, and the service recovers', async () => {
  const server = await startPostgres()
  const log = captureLog()
  const app = new ServiceBuilder({ displayName: 'My Service' }, { logStream: log.stream })
    .withDatabase(server.url())
    .withConfig(AppConfig)
    .withHealth()
    .build()
  await server.stop()
  const listens = listening(app)
  await expect.poll(() => log.lines('database.waiting').length).toBeGreaterThan(0)
  expectAnswer(log.lines('database.waiting')[0], 'database/answers/waiting.json')
  await server.start()
  const origin = `http://127.0.0.1:${await listens}`

  const post = () => exchange('docs/snippets/database/curl.sh', undefined, origin)
  await server.stop()
  expectExchange(await post(), 'database/answers/unavailable.http')
  const health = await fetch(`${origin}/health`)
  expect(health.status).toBe(503)
  expectAnswer(await health.json(), 'database/answers/unhealthy.json')
  expect((await fetch(`${origin}/health/live`)).status).toBe(200)

  await server.start()
  await expect.poll(async () => (await post()).status).toBe('HTTP/1.1 201 Created')
  expect((await fetch(`${origin}/health`)).status).toBe(200)
})

test('a database that stays down ends the start with a sentence', async () => {
  const url = `postgres://app:secret@127.0.0.1:${await freePort()}/app`
  const app = closing(
    new ServiceBuilder({ displayName: 'My Service' }).withDatabase(url, { startTimeout: 0 }).build(),
  )
  await expect(app.ready()).rejects.toMatchObject({ code: 'CHAPKIT_ERR_OPEN_DATABASE' })
})

test('snippets/database/move.ts copies everything as it is', async () => {
  const [from, to] = [`sqlite:${temporaryFolder()}/old.db`, await databaseUrl('postgres')]
  const parts = () =>
    new ServiceBuilder({ displayName: 'My Service' }).withConfig(AppConfig).with(products).withArtifacts()
  const old = parts().withDatabase(from).build()
  await old.ready()
  const config = await old.configs.create({ name: 'production', data: { environment: 'x' } })
  const product = await old.products.create({ title: 'Mug' })
  const child = await old.artifacts.create({ data: [1] })
  const root = await old.artifacts.create({ data: { a: null } })
  await old.artifacts.replace(child.id, { data: [1], parentId: root.id })
  await old.artifacts.writeContent(root.id, bytes('hello'))
  const artifacts = await old.artifacts.list()
  await old.close()

  await move(parts(), from, to)

  const app = closing(parts().withDatabase(to).build())
  await app.ready()
  expect(await app.configs.list()).toEqual([config])
  expect(await app.products.list()).toEqual([product])
  expect(await app.artifacts.list()).toEqual(artifacts)
  expect((await app.inject(`/api/v1/artifacts/${root.id}/$download`)).body).toBe('hello')
})

async function* bytes(text: string) {
  yield Buffer.from(text)
}
