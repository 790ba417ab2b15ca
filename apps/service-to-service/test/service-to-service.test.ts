import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ServiceProcess, startService } from '@chapkit/testing'
import { expect, onTestFinished, test } from 'vitest'

const cwd = new URL('..', import.meta.url)
const KEY_OF_A = 'sk_dev_service_a_0123456789'
const KEY_OF_B = 'sk_dev_service_b_0123456789'

function startA(urlOfB: string, keyForB: string): Promise<ServiceProcess> {
  const env = { CHAPKIT_API_KEYS: KEY_OF_A, SERVICE_B_URL: urlOfB, SERVICE_B_API_KEY: keyForB }
  return startService('server-a.ts', { cwd, env })
}

function startB(): Promise<ServiceProcess> {
  return startService('server-b.ts', { cwd, env: { CHAPKIT_API_KEYS: KEY_OF_B } })
}

async function total({ origin }: ServiceProcess): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${origin}/api/v1/total`, { headers: { 'x-api-key': KEY_OF_A } })
  return { status: answer.status, body: await answer.json() }
}

const UNAVAILABLE = {
  status: 503,
  body: {
    type: 'urn:chapkit:error:unavailable',
    title: 'Service Unavailable',
    status: 503,
    detail: 'Service B cannot be reached; try again later.',
    instance: '/api/v1/total',
  },
}

test('A asks B with the key of B; each takes its own key only', async () => {
  const b = await startB()
  const a = await startA(b.origin, KEY_OF_B)
  expect(await total(a)).toEqual({ status: 200, body: { total: 6 } })
  expect((await fetch(`${b.origin}/api/v1/data`, { headers: { 'x-api-key': KEY_OF_A } })).status).toBe(401)
  expect(await b.process.logged('auth.success')).toMatchObject([{ path: '/api/v1/data' }])
  expect(await a.process.stop()).toMatchObject({ code: 0, stderr: '' })
  expect(await b.process.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('B refuses the key of A: the client gets a 503, and the log of A the reason, without the key', async () => {
  const b = await startB()
  const a = await startA(b.origin, 'sk_dev_wrong_0123456789abc')
  expect(await total(a)).toEqual(UNAVAILABLE)
  await a.process.waitFor(/Service B answered 401/)
  expect(a.process.output + b.process.output).not.toContain('sk_dev_wrong_0123456789abc')
})

// What read-from-b.ts makes of the ways in which B can fail:

test('B is not there', async () => {
  const a = await startA('http://127.0.0.1:9', KEY_OF_B)
  expect(await total(a)).toEqual(UNAVAILABLE)
})

test('B does not answer in time', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    silent.closeAllConnections()
    silent.close()
  })
  const a = await startA(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, KEY_OF_B)
  expect(await total(a)).toEqual(UNAVAILABLE)
  await a.process.waitFor(/TimeoutError/)
})
