import { ServiceBuilder } from 'chapkit'
import type { AddressInfo } from 'node:net'
import { Type } from 'typebox'
import { newConfigs } from '../config-data.ts'
import { type Contender, keysOf } from '../contenders.ts'

const AppConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
  replicas: Type.Integer({ minimum: 1, maximum: 20, default: 1 }),
})

/**
 * Configs in a database, behind keys, with the log on; the promise is its port.
 *
 * @param rows - How many configs there are when it starts.
 */
export async function start(contender: Contender, databaseUrl: string, rows: number): Promise<number> {
  const app = new ServiceBuilder({ displayName: 'Bench' })
    .withAuth({ apiKeys: keysOf(contender) })
    .withLogging()
    .withDatabase(databaseUrl)
    .withConfig(AppConfig)
    .build()
  await app.ready()
  const newConfig = newConfigs()
  await app.database.transaction(async () => {
    for (let row = 0; row < rows; row++) await app.configs.create(newConfig())
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}
