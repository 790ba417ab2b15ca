import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { get } from '../src/connection.ts'
import { sizes, tell, timeout } from '../src/sizes.ts'
import { KEY, Soaked } from '../src/soaked.ts'

vi.setConfig({ testTimeout: timeout })

const MEBIBYTE = 2 ** 20

/** MiB by which the service may grow: what a stalled reader is sent would be 50 KiB a second. */
const LIMIT = 20

test('row 29: readers of event streams that read nothing take no memory', async () => {
  const service = await Soaked.start()
  // What the first streams need for good is no part of it.
  const first = stallAll(service.port)
  await sleep(2_000)
  for (const socket of first) socket.destroy()
  await sleep(500)
  const before = (await service.memory()).rss

  stallAll(service.port)
  await sleep(sizes.stalledSeconds * 1000)
  const growth = ((await service.memory()).rss - before) / MEBIBYTE
  expect((await service.ask('/hello')).status).toBe(200)
  expect(growth).toBeLessThan(LIMIT)
  tell(`${sizes.stalledReaders} stalled readers for ${sizes.stalledSeconds} s: ${growth.toFixed(1)} MiB more`)
})

/** Opens streams of 50 KiB a second and reads none of them. */
function stallAll(port: number) {
  return Array.from({ length: sizes.stalledReaders }, () => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(get('/events?size=1000', KEY)))
    socket.on('error', () => undefined).pause()
    onTestFinished(() => void socket.destroy())
    return socket
  })
}
