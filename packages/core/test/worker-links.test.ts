import cluster from 'node:cluster'
import { EventEmitter } from 'node:events'
import { buildService, compose, parseServiceInfo, run, type ServiceModule } from '@chapkit/core'
import { captureLog, closing } from '@chapkit/testing'
import Fastify from 'fastify'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Answer, Peer } from '../src/workers/peer.ts'
import { stopOnce } from '../src/workers/stop-once.ts'
import { failStart, joinPrimary } from '../src/workers/worker.ts'
import { workerCount } from '../src/workers/worker-count.ts'

/** Two ends of a channel, and the messages that went over it. */
function ends(answers: Record<string, Answer> = {}) {
  const sent: object[] = []
  const far: Peer = new Peer(
    (message) => near.receive(structuredClone(message)),
    new Map(Object.entries(answers)),
  )
  const near: Peer = new Peer((message) => {
    sent.push(message)
    far.receive(structuredClone(message))
  }, new Map())
  return { near, far, sent }
}

test('what is asked in one turn goes in one message, and each gets its answer', async () => {
  const { near, sent } = ends({
    double: (number) => (number as number) * 2,
    later: async (text) => `${await Promise.resolve(text as string)} later`,
    nothing: () => undefined,
  })
  const answers = await Promise.all([
    near.ask('double', 1),
    near.ask('double', 21),
    near.ask('later', 'see you'),
    near.ask('nothing', undefined),
  ])
  expect(answers).toEqual([2, 42, 'see you later', null])
  expect(sent).toHaveLength(1)
})

test('what cannot be answered is an error for whoever asked', async () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const { near } = ends({
    fails: () => {
      throw new Error('not today')
    },
    odd: () => {
      // eslint-disable-next-line no-throw-literal
      throw 'a text'
    },
    circle: () => circle,
  })
  await expect(near.ask('fails', 1)).rejects.toMatchObject({
    code: 'CHAPKIT_ERR_WORKER_LINK',
    message: 'not today',
  })
  await expect(near.ask('odd', 1)).rejects.toThrow('a text')
  await expect(near.ask('circle', 1)).rejects.toThrow('circular')
  await expect(near.ask('fails', circle)).rejects.toThrow('circular')
  await expect(near.ask('unknown', 1)).rejects.toThrow("Nobody answers 'unknown' in the other process.")
})

test('messages of others are left alone', () => {
  const { near } = ends()
  for (const message of [null, 'text', { other: 1 }]) expect(() => near.receive(message)).not.toThrow()
  // The answer to a question that was given up.
  near.receive({
    chapkit: [
      ['answer', 99, '1'],
      ['fault', 98, '"late"'],
    ],
  })
})

test('an answer that does not come in time is an error, and so is another process that is gone', async () => {
  const { near } = ends({ never: () => new Promise(() => undefined), soon: () => 1 })
  const slow = near.ask('never', 1, 60_000).catch((error: Error) => error.message)
  await expect(near.ask('never', 1, 1)).rejects.toThrow('The other process did not answer in time.')
  await expect(near.ask('soon', 1)).resolves.toBe(1)
  near.end()
  expect(await slow).toBe('The other process is gone.')
  await expect(near.ask('soon', 1)).rejects.toMatchObject({
    code: 'CHAPKIT_ERR_WORKER_LINK',
    message: 'The other process is gone.',
  })
})

/** What `process` is to a worker. Its primary is the given peer. */
class FakeChannel extends EventEmitter {
  readonly sent: string[] = []
  readonly primary: Peer
  isConnected = true

  constructor(answers: Record<string, Answer> = {}) {
    super()
    this.primary = new Peer((message) => this.emit('message', message), new Map(Object.entries(answers)))
  }

  send(message: object, _handle: undefined, _options: undefined, sent: () => void): boolean {
    this.sent.push(JSON.stringify(message))
    this.primary.receive(message)
    sent()
    return true
  }

  disconnect(): void {
    this.isConnected = false
    this.emit('disconnect')
  }
}

function stubExit() {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  onTestFinished(() => exit.mockRestore())
  return exit
}

test('a worker asks its primary, and answers it', async () => {
  const channel = new FakeChannel({ add: (numbers) => (numbers as number[]).reduce((sum, one) => sum + one) })
  const { link } = joinPrimary(2, channel)
  expect(link.id).toBe(2)
  expect(await link.ask('add', [1, 2])).toBe(3)
  link.answer('name', () => 'worker two')
  expect(await channel.primary.ask('name', null)).toBe('worker two')
  channel.disconnect()
  await expect(link.ask('add', [])).rejects.toThrow('gone')
})

test('a worker stops once, whoever asks: signals, its primary, or both', async () => {
  const exit = stubExit()
  const channel = new FakeChannel()
  const stop = vi.fn()
  const forget = stopOnce(joinPrimary(1, channel), stop)
  const listeners = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'].map((signal) =>
    process.listeners(signal as 'SIGINT').at(-1),
  )
  onTestFinished(() => {
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'])
      process.off(signal, listeners[0] as () => void)
  })
  await channel.primary.ask('chapkit.stop', null)
  listeners[0]?.('SIGINT')
  channel.disconnect()
  expect(stop).toHaveBeenCalledOnce()
  expect(exit).not.toHaveBeenCalled()
  listeners[0]?.('SIGINT')
  expect(exit).toHaveBeenCalledWith(1)
  // While it stops it keeps its ears.
  const before = process.listenerCount('SIGTERM')
  forget()
  expect(process.listenerCount('SIGTERM')).toBe(before)
})

test('a service that closes by itself leaves its primary', () => {
  const channel = new FakeChannel()
  const stop = vi.fn()
  const before = process.listenerCount('SIGTERM')
  const forget = stopOnce(joinPrimary(1, channel), stop)
  forget()
  expect(process.listenerCount('SIGTERM')).toBe(before)
  expect(channel.isConnected).toBe(false)
  expect(stop).not.toHaveBeenCalled()
})

test('why a worker cannot start goes to its primary, or to whoever waits where there is none', async () => {
  const exit = stubExit()
  const failed = vi.fn()
  const channel = new FakeChannel({ 'chapkit.failed': failed })
  const primary = joinPrimary(1, channel)
  const error = Object.assign(new Error('No port.'), { code: 'CODE' })
  await failStart(primary, error)
  expect(failed).toHaveBeenCalledWith({
    name: 'Error',
    message: 'No port.',
    stack: error.stack,
    code: 'CODE',
  })
  expect(exit).toHaveBeenCalledWith(1)
  channel.disconnect()
  await expect(failStart(primary, error)).rejects.toBe(error)
})

/** Makes this process look like a worker of a cluster. */
function asWorker(): { exitedAfterDisconnect: boolean } {
  const worker = { exitedAfterDisconnect: false }
  Object.assign(cluster, { isWorker: true, worker })
  onTestFinished(() => void Object.assign(cluster, { isWorker: false, worker: undefined }))
  return worker
}

test('run() in a worker: the service has its link, and its log the number', async () => {
  const worker = asWorker()
  const send = vi.spyOn(process, 'send').mockImplementation((() => true) as never)
  onTestFinished(() => send.mockRestore())
  const log = captureLog()
  const module: ServiceModule = {
    name: 'test',
    plugin: (app) => void app.get('/', () => ({ id: app.kernel.workers?.id })),
  }
  const definition = {
    info: parseServiceInfo({ displayName: 'T' }),
    modules: compose([module]),
    server: { logStream: log.stream },
  }
  const env = { CHAPKIT_WORKER: '7', WORKERS: '3', PORT: '0' }
  const disconnect = vi.spyOn(process, 'disconnect').mockImplementation(() => undefined)
  onTestFinished(() => disconnect.mockRestore())
  const app = closing(await run({ build: () => buildService(definition) }, {}, env))
  expect((await app.inject('/')).json()).toEqual({ id: 7 })
  app.log.warn('hello')
  expect(log.lines('hello')).toMatchObject([{ worker: 7 }])
  expect(worker.exitedAfterDisconnect).toBe(true)
  await vi.waitFor(() => expect(JSON.stringify(send.mock.calls)).toContain('chapkit.started'))
  await app.close()
  expect(disconnect).toHaveBeenCalledOnce()
})

test('what runs in a worker may have any logger', async () => {
  asWorker()
  const send = vi.spyOn(process, 'send').mockImplementation((() => true) as never)
  const disconnect = vi.spyOn(process, 'disconnect').mockImplementation(() => undefined)
  onTestFinished(() => {
    send.mockRestore()
    disconnect.mockRestore()
  })
  const app = closing(await run({ build: () => Fastify() }, {}, { CHAPKIT_WORKER: '7', PORT: '0' }))
  expect(app.server.listening).toBe(true)
})

test('the worker of a cluster of somebody else cannot have workers', async () => {
  asWorker()
  await expect(run({ build: () => ({}) as never }, { workers: 2 }, {})).rejects.toThrow(
    'WORKERS is 2, but this process is itself the worker of a cluster; leave WORKERS away.',
  )
})

test('WORKERS is a number, or auto', () => {
  expect(workerCount(undefined, {})).toBe(1)
  expect(workerCount(undefined, { WORKERS: '' })).toBe(1)
  expect(workerCount(undefined, { WORKERS: '256' })).toBe(256)
  expect(workerCount(3, { WORKERS: '5' })).toBe(3)
  expect(workerCount('auto', {})).toBeGreaterThan(0)
  for (const WORKERS of ['0', '257', '-1', '1.5', '0x2', 'many', ' 2']) {
    expect(() => workerCount(undefined, { WORKERS })).toThrow(
      `WORKERS is '${WORKERS}'; it must be a number from 1 to 256, or auto (one for each processor).`,
    )
  }
  for (const workers of [0, 257, 1.5, NaN]) {
    expect(() => workerCount(workers, {})).toThrow(
      `run(): option 'workers' is '${workers}'; it must be a number`,
    )
  }
})
