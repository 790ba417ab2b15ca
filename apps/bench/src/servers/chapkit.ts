import { ServiceBuilder, type ServiceApp } from 'chapkit'
import type { AddressInfo } from 'node:net'
import { Type } from 'typebox'
import { keysOf, type Contender } from '../contenders.ts'

export async function start(contender: Contender): Promise<number> {
  const app = contender.everything ? everything(contender) : bare(contender)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

function bare(contender: Contender): ServiceApp {
  const service = new ServiceBuilder({ displayName: 'Bench' }).route(hello)
  return (contender.keys > 0 ? service.withAuth({ apiKeys: keysOf(contender) }) : service).build()
}

function everything(contender: Contender): ServiceApp {
  return new ServiceBuilder({ displayName: 'Bench' })
    .withAuth({ apiKeys: keysOf(contender) })
    .withLogging()
    .withHealth()
    .withSystem()
    .withConfig(Type.Object({ debug: Type.Boolean({ default: false }) }))
    .withLandingPage()
    .route(hello)
    .build()
}

function hello(app: ServiceApp): void {
  app.get('/hello', () => ({ message: 'hello' }))
}
