import { auth, type AuthOptions } from '@chapkit/auth'
import {
  buildService,
  compose,
  health,
  logging,
  type MetricLabels,
  parseServiceInfo,
  type ServerOptions,
  type ServiceApp,
  type ServiceModule,
  type ServicePlugin,
  type WorkerLink,
} from '@chapkit/core'
import { rateLimit, type RateLimitOptions } from '@chapkit/rate-limit'
import { captureLog, closing } from '@chapkit/testing'
import { vi } from 'vitest'

/** A key that is valid in the services of these tests, and another one. */
export const KEY = 'sk_test_0123456789abcdef'
export const OTHER_KEY = 'sk_test_fedcba9876543210'

/** What differs from a service with keys and the example routes. */
export interface ServiceOptions {
  readonly auth?: AuthOptions | false
  readonly routes?: ServicePlugin
  readonly server?: ServerOptions
  readonly modules?: readonly ServiceModule[]
  readonly workers?: WorkerLink
}

/** A service with a limit. It closes itself. */
export function build(options: RateLimitOptions, parts: ServiceOptions = {}) {
  const log = captureLog()
  const modules: ServiceModule[] = [
    {
      name: 'routes',
      async plugin(app) {
        await app.register(async (scope) => (parts.routes ?? exampleRoutes)(scope as ServiceApp))
      },
    },
    rateLimit(options),
    logging(),
    health(),
    ...(parts.modules ?? []),
  ]
  const { workers } = parts
  if (workers !== undefined) {
    modules.unshift({
      name: 'workers',
      order: 'early',
      plugin: (app) => void Object.assign(app.kernel, { workers }),
    })
  }
  if (parts.auth !== false) modules.push(auth(parts.auth ?? { apiKeys: [KEY, OTHER_KEY] }))
  const app = closing(
    buildService({
      info: parseServiceInfo({ displayName: 'Test' }),
      modules: compose(modules),
      server: { logStream: log.stream, ...parts.server },
    }),
  )
  return { app, log }
}

/** Routes that stand for those of a service. */
export const exampleRoutes: ServicePlugin = (app) => {
  app.get('/things', () => ({ things: [] }))
  app.post('/things', () => ({ thing: {} }))
}

/** Sends a request with the key, or another one, or none. */
export function send(app: ServiceApp, url = '/things', { key = KEY, ...options }: SendOptions = {}) {
  return app.inject({ url, headers: key === '' ? {} : { 'x-api-key': key }, ...options })
}

interface SendOptions {
  readonly key?: string
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'OPTIONS'
  readonly remoteAddress?: string
}

/** Statuses of so many requests, one after the other. */
export async function statuses(count: number, request: () => Promise<{ statusCode: number }>) {
  const all: number[] = []
  for (let nth = 0; nth < count; nth++) all.push((await request()).statusCode)
  return all
}

/** What a counter or a gauge of the service shows, by its labels. */
export function metric(app: ServiceApp, name: string): Record<string, number> {
  const family = app.kernel.metrics.find((known) => known.name === name)
  const samples = [...(family?.collect() ?? [])].filter(({ value }) => value > 0)
  return Object.fromEntries(samples.map(({ labels, value }) => [labelText(labels), value]))
}

function labelText(labels: MetricLabels): string {
  return Object.values(labels).join(' ')
}

/** Lets the clock of the limiter stand still until it is moved by `vi.advanceTimersByTime()`. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ['performance'] })
}
