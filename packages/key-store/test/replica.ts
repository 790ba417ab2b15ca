import { auth } from '@chapkit/auth'
import {
  buildService,
  compose,
  logging,
  parseServiceInfo,
  run,
  sendEvents,
  type ServiceModule,
} from '@chapkit/core'
import { database } from '@chapkit/data'
import { databaseKeys, keysApi } from '@chapkit/key-store'

/** One of several processes that share the keys of DATABASE_URL. */
const routes: ServiceModule = {
  name: 'routes',
  plugin(app) {
    app.get('/data', () => ({ ok: true }))
    app.get('/events', (_request, reply) => sendEvents(reply, events))
  },
}

async function* events(signal: AbortSignal) {
  yield { open: true }
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}

await run({
  build() {
    const modules = compose([auth({ store: databaseKeys() }), keysApi(), database(), logging(), routes])
    return buildService({ info: parseServiceInfo({ displayName: 'Replica' }), modules, server: {} })
  },
})
