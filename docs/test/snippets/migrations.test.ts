import { type Migrations, ServiceBuilder } from 'chapkit'
import { closing, databaseUrl, runProcess, temporaryFolder, typescriptLoader } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { readText, root, snippetText } from '../helpers/pages.ts'

const folder = new URL('../../snippets/migrations/', import.meta.url)

/** Runs a command of snippets/migrations/commands.sh. */
async function run(region: string, database: string) {
  const command = (snippetText({ file: 'docs/snippets/migrations/commands.sh', region }) ?? '')
    .replaceAll('sqlite:my-service.db', database)
    .replaceAll('app.js', 'app.ts')
    .replace('npx chapkit', `node '${root}packages/chapkit/bin/chapkit.js'`)
  return runProcess(['bash', '-euc', command], {
    cwd: folder,
    env: { NODE_OPTIONS: typescriptLoader.join(' ') },
  })
}

const withoutTimes = (text: string) => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')

test('snippets/migrations/commands.sh: up, status and down of snippets/migrations/app.ts', async () => {
  const database = `sqlite:${temporaryFolder()}/my-service.db`
  const up = await run('up', database)
  expect(up).toMatchObject({ code: 0, stderr: '' })
  expect(await run('down', database)).toMatchObject({
    code: 0,
    stdout: "Took '002_index_visits' of 'service' back.\n",
  })
  const status = await run('status', database)
  expect(status).toMatchObject({ code: 1, stderr: '' })
  expect(withoutTimes(status.stdout)).toBe(
    withoutTimes(readText('docs/snippets/migrations/answers/status.txt')),
  )
})

test('snippets/migrations/commands.sh: typescript', async () => {
  const { code, stdout } = await run('typescript', await databaseUrl('postgres'))
  expect(stdout).toMatch(/^service +002_index_visits +pending +-$/m)
  expect(code).toBe(1)
})

test.each(['memory', 'postgres'] as const)(
  'snippets/migrations/app.ts stores in its table on %s',
  async (kind) => {
    const url = await databaseUrl(kind)
    vi.stubEnv('DATABASE_URL', url)
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.resetModules()
    const { service } = await import('../../snippets/migrations/app.ts')
    const app = closing(service.build())
    const payload = { page: '/' }
    expect((await app.inject({ method: 'POST', url: '/api/v1/visits', payload })).statusCode).toBe(204)
  },
)

test('replicas that start at once migrate once, and a service that is older than the database does not start', async () => {
  const url = await databaseUrl('postgres')
  let runs = 0
  const column = (name: string) => ({
    async up(db: Parameters<Migrations[string]['up']>[0]) {
      runs += 1
      await db.schema.createTable(name).addColumn('text', 'text').execute()
    },
  })
  const start = async (...tables: string[]) => {
    const migrations = Object.fromEntries(tables.map((name, at) => [`00${at}_${name}`, column(name)]))
    const service = new ServiceBuilder({ displayName: 'My Service' })
    const app = closing(service.withDatabase(url).withMigrations(migrations).build())
    await app.ready()
  }
  await Promise.all([start('one', 'two'), start('one', 'two'), start('one', 'two')])
  expect(runs).toBe(2)
  await expect(start('one')).rejects.toMatchObject({ code: 'CHAPKIT_ERR_MIGRATION' })
})
