import { databaseKeys, ServiceBuilder, Type } from 'chapkit'
import { expect, test } from 'vitest'
import { readText } from './helpers/pages.ts'

const info = { displayName: 'My Service' }
const unknown = { nope: 1 } as object

/** The options that a call has: an unknown one is answered with their names. */
function optionsOf(call: () => unknown): string[] {
  try {
    call()
  } catch (error) {
    return /Options: (.*)\.$/.exec((error as Error).message)?.[1]?.split(', ') ?? []
  }
  return []
}

/** First column of the table below a heading. */
function documented(page: string, heading: string): string[] {
  const section =
    readText(page)
      .split(/^#+ /m)
      .find((part) => part.startsWith(`${heading}\n`)) ?? ''
  const rows = section.match(/^\| `.*$/gm) ?? []
  return rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  )
}

test.each([
  ['README.md', 'Authentication', () => new ServiceBuilder(info).withAuth(unknown)],
  ['docs/guide/authentication.md', 'Options', () => new ServiceBuilder(info).withAuth(unknown)],
  ['docs/guide/keys-in-database.md', 'Of the store', () => databaseKeys(unknown)],
  ['docs/guide/keys-in-database.md', 'Of the routes', () => new ServiceBuilder(info).withKeysApi(unknown)],
  [
    'docs/guide/configuration.md',
    'Options',
    () => new ServiceBuilder(info).withConfig(Type.Object({}), unknown),
  ],
  [
    'docs/guide/database.md',
    'Options',
    () => new ServiceBuilder(info).withDatabase('sqlite::memory:', unknown),
  ],
  ['docs/guide/artifacts.md', 'Options', () => new ServiceBuilder(info).withArtifacts(unknown)],
  [
    'docs/guide/rate-limits.md',
    'Options',
    () => new ServiceBuilder(info).withRateLimit({ limit: '1/s', ...unknown }),
  ],
  ['docs/guide/health.md', 'Options', () => new ServiceBuilder(info).withHealth(unknown)],
  ['docs/guide/monitoring.md', 'Options', () => new ServiceBuilder(info).withMonitoring(unknown)],
  ['docs/guide/running.md', 'Options of the server', () => new ServiceBuilder(info, unknown)],
  ['docs/guide/running.md', 'CORS', () => new ServiceBuilder(info).withCors({ origin: '*', ...unknown })],
])('%s has each option under "%s", and no other', (page, heading, call) => {
  const options = optionsOf(call)
  expect(options.length).toBeGreaterThan(0)
  expect(documented(page, heading).toSorted()).toEqual(options.toSorted())
})

test('docs/guide/database.md has each member of the pool, and no other', () => {
  const [, members = ''] =
    /interface PoolOptions \{([^}]*)\}/.exec(readText('packages/data/src/database-options.ts')) ?? []
  const names = [...members.matchAll(/readonly (\w+)\?/g)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(0)
  expect(documented('docs/guide/database.md', 'Pool').toSorted()).toEqual(names.toSorted())
})
