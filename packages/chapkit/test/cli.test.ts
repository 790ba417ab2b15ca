import { fileURLToPath } from 'node:url'
import { openDatabase } from '@chapkit/data'
import { databaseUrl, freePort, runProcess, temporaryFolder, typescriptLoader } from '@chapkit/testing'
import { sql } from 'kysely'
import { describe, expect, test, vi } from 'vitest'
import { withoutPassword } from '../src/cli/failure.ts'

// Some start eight processes, each of which loads all of chapkit.
vi.setConfig({ testTimeout: 180_000 })

const bin = fileURLToPath(new URL('../bin/chapkit.js', import.meta.url))
const cwd = new URL('..', import.meta.url)
const APP = ['--app', 'test/cli-app.ts']

const chapkit = (args: readonly string[], env: Record<string, string> = {}) =>
  runProcess([process.execPath, bin, ...args], { cwd, env })

/** The same, for a file in TypeScript. */
const withLoader = (args: readonly string[], env: Record<string, string>) =>
  chapkit(args, { ...env, ...(typescriptLoader.length > 0 && { NODE_OPTIONS: typescriptLoader.join(' ') }) })

/** Rows of the table: stream, migration and state. */
const rows = (stdout: string) => stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 3).join(' '))

describe.each(['file', 'postgres'] as const)('chapkit migrate on %s', (kind) => {
  test('up runs all migrations, status lists them, down takes one back', async () => {
    const DATABASE_URL = await databaseUrl(kind)
    const first = await chapkit(['migrate', 'up'], { DATABASE_URL })
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toContain("Ran '001_create_configs' of 'config'.\n")
    expect(await chapkit(['migrate', 'up', '--database', DATABASE_URL])).toMatchObject({
      code: 0,
      stdout: 'Nothing to do: the database has all migrations.\n',
    })

    const upToDate = await chapkit(['migrate', 'status'], { DATABASE_URL })
    expect(upToDate).toMatchObject({ code: 0, stderr: '' })
    expect(upToDate.stdout).toMatch(/^STREAM +MIGRATION +STATE +WHEN\n/)
    expect(upToDate.stdout).toMatch(/^config +001_create_configs +applied +\d{4}-\d\d-\d\dT[\d:.]+Z$/m)
    expect(upToDate.stdout).toMatch(/^The database has all migrations\.$/m)
    for (const stream of ['idempotency', 'artifacts']) expect(upToDate.stdout).toContain(`\n${stream} `)

    const down = ['migrate', 'down', '--stream', 'artifacts']
    const refused = await chapkit(down, { DATABASE_URL })
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('the data in what it made is lost')
    expect(await chapkit([...down, '--yes'], { DATABASE_URL })).toMatchObject({
      code: 0,
      stdout: "Took '001_create_artifacts' of 'artifacts' back.\n",
    })
    expect(await chapkit([...down, '--yes'], { DATABASE_URL })).toMatchObject({
      code: 0,
      stdout: "Nothing to do: the database has no migration of 'artifacts'.\n",
    })

    const pending = await chapkit(['migrate', 'status'], { DATABASE_URL })
    expect(pending.code).toBe(1)
    expect(rows(pending.stdout)).toContain('artifacts 001_create_artifacts pending')
    expect(pending.stdout).toMatch(/^Pending: 1\. `chapkit migrate up` runs them/m)
  })

  test('--app names the migrations of a service, its own ones among them', async () => {
    const DATABASE_URL = await databaseUrl(kind)
    const up = await withLoader(['migrate', 'up', ...APP], { DATABASE_URL })
    expect(up).toMatchObject({ code: 0, stderr: '' })
    expect(up.stdout).toMatch(/'001_create_notes' of 'service'\.\nRan '002_create_tags' of 'service'\.\n$/)
    expect(up.stdout).not.toContain('artifacts')

    const status = await withLoader(['migrate', 'status', ...APP, '--stream', 'service'], { DATABASE_URL })
    expect(status.code).toBe(0)
    expect(rows(status.stdout)).toContain('service 001_create_notes applied')
    expect(status.stdout).not.toContain('config')

    const bundled = await chapkit(['migrate', 'status'], { DATABASE_URL })
    expect(bundled.code).toBe(1)
    expect(bundled.stdout).toMatch(/^Not listed: service\. .*--app FILE\.$/m)

    const noWay = await withLoader(['migrate', 'down', '--stream', 'service', '--yes', ...APP], {
      DATABASE_URL,
    })
    expect(noWay.code).toBe(2)
    expect(noWay.stderr).toContain("Migration '002_create_tags' of 'service' has no way back")
  })

  test('a database newer than the code is told, and left alone', async () => {
    const DATABASE_URL = await databaseUrl(kind)
    await chapkit(['migrate', 'up'], { DATABASE_URL })
    const database = await openDatabase(DATABASE_URL)
    await sql`insert into chapkit_migrations_config values ('999_later', '2030-01-01T00:00:00.000Z')`.execute(
      database.kysely,
    )
    await database.close()

    const status = await chapkit(['migrate', 'status'], { DATABASE_URL })
    expect(status.code).toBe(1)
    expect(rows(status.stdout)).toContain('config 999_later unknown')
    expect(status.stdout).toMatch(/^Unknown: 1\./m)
    const up = await chapkit(['migrate', 'up'], { DATABASE_URL })
    expect(up).toMatchObject({ code: 2, stdout: '' })
    expect(up.stderr).toContain('The database was written by a newer version of this service')
  })
})

test.each([
  ['no database', ['migrate', 'up'], 'say which database, with --database URL or DATABASE_URL'],
  ['a database in memory', ['migrate', 'up', '--database', 'sqlite::memory:'], 'gone when the command ends'],
  ['another database', ['migrate', 'up', '--database', 'mysql://host/x'], "'mysql:' is no database"],
  ['no stream', ['migrate', 'down', '--database', 'sqlite:x.db'], 'say whose migration, with --stream NAME'],
  ['an unknown stream', ['migrate', 'up', '--database', 'sqlite:x.db', '--stream', 'x'], "there is no 'x'"],
  [
    'no such file',
    ['migrate', 'up', '--database', 'sqlite:x.db', '--app', 'x.js'],
    "there is no file 'x.js'",
  ],
  [
    'no service',
    ['migrate', 'up', '--database', 'sqlite:x.db', '--app', 'bin/../dist/index.js'],
    'no service',
  ],
  [
    'a broken file',
    ['migrate', 'up', '--database', 'sqlite:x.db', '--app', 'package.json'],
    'cannot be loaded',
  ],
  ['an unknown command', ['migrate', 'sideways'], "unknown command 'sideways'"],
  ['no command', [], 'Usage: chapkit'],
])('%s is told in a sentence', async (_fault, args, sentence) => {
  const { code, stdout, stderr } = await chapkit(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(sentence)
  expect(stderr).not.toMatch(/^ +at /m)
})

test('status and down make no database', async () => {
  const DATABASE_URL = `sqlite:${temporaryFolder()}/none.db`
  for (const args of [['status'], ['down', '--stream', 'config', '--yes']]) {
    const { code, stderr } = await chapkit(['migrate', ...args], { DATABASE_URL })
    expect(code).toBe(2)
    expect(stderr).toContain('there is no database')
  }
})

test('a server that does not answer is told without the password', async () => {
  const url = `postgres://bob:s%40cret@127.0.0.1:${await freePort()}/x`
  const { code, stdout, stderr } = await chapkit(['migrate', 'status', '--database', url])
  expect(code).toBe(2)
  expect(stderr).toContain('The database does not answer')
  expect(stdout + stderr).not.toMatch(/s@cret|s%40cret/)
})

test('the password is taken out in every form', () => {
  const url = 'postgres://bob:s%40cret@host/x'
  expect(withoutPassword(`no ${url} for s@cret`, url)).toBe('no postgres://bob:***@host/x for ***')
  expect(withoutPassword('no such table', 'sqlite:x.db')).toBe('no such table')
})

test('--version and --help', async () => {
  expect(await chapkit(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' })
  const { code, stdout } = await chapkit(['migrate', 'status', '--help'])
  expect(code).toBe(0)
  expect(stdout).toContain('1 when some are pending, or unknown')
})
