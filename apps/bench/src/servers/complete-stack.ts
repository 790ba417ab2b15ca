import { ServiceBuilder } from 'chapkit'
import { mkdtempSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keysOf, type Contender, narrowKey } from '../contenders.ts'

/** What a service in operation has: keys with scopes in a file, limits, metrics, a log, health. */
export async function start(contender: Contender): Promise<number> {
  const app = new ServiceBuilder({ displayName: 'Bench' })
    .withAuth({ apiKeyFile: keyFile(contender) })
    .withRateLimit({ limit: '1000000000/m' })
    .withMonitoring()
    .withLogging()
    .withHealth()
    .withSystem()
    .route((routes) => {
      const answer = () => ({ message: 'hello' })
      routes.get('/hello', { config: { scopes: ['hello:read'] } }, answer)
      routes.get('/limited', { config: { rateLimit: '1/d' } }, answer)
    })
    .build()
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

function keyFile(contender: Contender): string {
  const keys = keysOf(contender).map((key, index) => ({
    id: `key-${index}`,
    key,
    scopes: ['hello:read', 'metrics:read'],
  }))
  const narrow = { id: 'narrow', key: narrowKey, scopes: ['other:read'] }
  const file = join(mkdtempSync(join(tmpdir(), 'chapkit-bench-')), 'keys.json')
  writeFileSync(file, JSON.stringify({ keys: [...keys, narrow] }), { mode: 0o600 })
  return file
}
