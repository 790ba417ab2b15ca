import { closing } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { service } from '../../snippets/modules/service.ts'
import { uptime } from '../../snippets/modules/uptime.ts'

test('snippets/modules/service.ts with the module of snippets/modules/uptime.ts', async () => {
  const app = closing(service.build())
  expect((await app.inject('/api/v1/uptime')).json().seconds).toBeGreaterThan(0)
  expect((await app.inject('/health')).json()).toEqual({
    status: 'healthy',
    checks: { uptime: { state: 'healthy' } },
  })
  expect(app.uptime.seconds()).toBeGreaterThan(0)
})

test('its options are checked where it is called', () => {
  expect(() => uptime({ restartAfter: 0 })).toThrow("uptime(): option 'restartAfter' must be >= 1")
  expect(() => uptime({ every: 5 } as object)).toThrow(
    "uptime(): unknown option 'every'. Options: path, restartAfter.",
  )
})
