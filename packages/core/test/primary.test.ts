import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import {
  buildService,
  compose,
  parseServiceInfo,
  run,
  serviceOptions,
  servicePlugin,
  type ServiceModule,
  type WorkerHub,
} from '@chapkit/core'
import { captureLog } from '@chapkit/testing'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'

const WAIT = { timeout: 30_000, interval: 20 }

/** What the primary process listens to. */
const SEEN: string[] =
  'SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGSEGV SIGUSR2 SIGTERM uncaughtException unhandledRejection beforeExit'.split(
    ' ',
  )

/** Numbers of the workers that live, in Node's own count. */
function living(): string[] {
  return Object.keys(cluster.workers ?? {})
}

beforeEach(() => {
  // What a process forks is the file that it runs.
  const exec = fileURLToPath(new URL('fixtures/plain-worker.mjs', import.meta.url))
  cluster.setupPrimary({ exec, args: [], execArgv: [], silent: true })
})

type Behaviours = Record<number, 'serves' | 'dies' | 'fails' | 'waits' | 'stays' | 'mute'>

/** Runs a service in this process as the primary, with workers that behave so. */
function primary(behaviours: Behaviours, workers = 2, env: NodeJS.ProcessEnv = {}) {
  process.env['BEHAVIOUR'] = JSON.stringify(behaviours)
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  const policy = cluster.schedulingPolicy
  onTestFinished(async () => {
    delete process.env['BEHAVIOUR']
    // Told to stop, it replaces none; told twice, it waits for none.
    for (const signal of ['SIGTERM', 'SIGTERM'] as const) added(signal)[0]?.(signal)
    await vi.waitFor(() => expect(living()).toEqual([]), WAIT)
    exit.mockRestore()
    cluster.schedulingPolicy = policy
    for (const event of SEEN) for (const listener of added(event)) process.off(event, listener)
  })
  const before = new Map(SEEN.map((event) => [event, process.listeners(event as 'SIGTERM')]))
  const added = (event: string) =>
    process.listeners(event as 'SIGTERM').filter((listener) => !before.get(event)?.includes(listener))
  const log = captureLog()
  let hub: WorkerHub | undefined
  const module: ServiceModule = {
    name: 'test',
    plugin: () => undefined,
    inPrimary: (given) => void (hub = given),
  }
  const other: ServiceModule = { name: 'other', plugin: () => undefined }
  const definition = {
    info: parseServiceInfo({ displayName: 'T' }),
    modules: compose([module, other]),
    server: { logStream: log.stream },
  }
  const running = run(
    {
      build: () => buildService(definition),
      plugin: () => servicePlugin(definition),
      options: () => serviceOptions(definition),
    },
    { workers },
    env,
  )
  const settled = running.then(
    () => 'resolved',
    (error: unknown) => error,
  )
  return {
    log,
    exit,
    settled,
    hub: () => hub as WorkerHub,
    signal: (event: string, ...args: unknown[]) => (added(event)[0] as (...args: unknown[]) => void)(...args),
    pids: () => Object.values(cluster.workers ?? {}).map((worker) => worker?.process.pid),
    /** Waits until so many workers listen. */
    serving: (count: number) =>
      vi.waitFor(async () => expect(await hub?.askAll('hello', null)).toHaveLength(count), WAIT),
  }
}

test('workers are asked, and end when the primary is told to', async () => {
  const { hub, exit, serving, signal } = primary({})
  await serving(2)
  const answers = await hub().askAll('hello', { a: 1 })
  expect(answers.toSorted((a, b) => a.worker - b.worker)).toEqual([
    { worker: 1, answer: { me: '1', asked: { a: 1 } } },
    { worker: 2, answer: { me: '2', asked: { a: 1 } } },
  ])
  const named = vi.fn()
  hub().answer('name', named)
  await hub().askAll('poke', null)
  await vi.waitFor(() => expect(new Set(named.mock.calls.flat())).toEqual(new Set(['1', '2'])), WAIT)
  expect(cluster.schedulingPolicy).toBe(cluster.SCHED_NONE)
  signal('SIGTERM', 'SIGTERM')
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(0), WAIT)
  await vi.waitFor(() => expect(living()).toEqual([]), WAIT)
})

test('NODE_CLUSTER_SCHED_POLICY stays as it is', async () => {
  cluster.schedulingPolicy = cluster.SCHED_RR
  const { serving } = primary({}, 2, { NODE_CLUSTER_SCHED_POLICY: 'rr' })
  await serving(2)
  expect(cluster.schedulingPolicy).toBe(cluster.SCHED_RR)
})

test('a worker that does not answer is left out', async () => {
  const { hub, serving } = primary({ 2: 'mute' })
  await serving(1)
  await vi.waitFor(() => expect(living()).toHaveLength(2), WAIT)
  expect(await hub().askAll('hello', null)).toMatchObject([{ worker: 1 }])
})

test('a worker that dies is replaced, with longer waits each time; its number stays', async () => {
  const { log, serving, exit, signal } = primary({ 2: 'dies' })
  await serving(1)
  const ended = () => log.lines('service.worker_ended')
  await vi.waitFor(() => expect(ended().length).toBeGreaterThan(2), WAIT)
  expect(ended().slice(0, 3)).toMatchObject([
    {
      level: 'warning',
      worker: 2,
      exit_code: 3,
      signal: null,
      restart_ms: 100,
      error: { message: 'A worker ended with exit code 3 before it listened. What it wrote tells why.' },
    },
    { worker: 2, restart_ms: 200 },
    { worker: 2, restart_ms: 400 },
  ])
  // While it waits to start the next.
  signal('SIGTERM', 'SIGTERM')
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(0), WAIT)
  await vi.waitFor(() => expect(living()).toEqual([]), WAIT)
})

test('a worker that lived long is replaced at once', async () => {
  const { hub, log, serving } = primary({})
  await serving(2)
  const now = vi.spyOn(performance, 'now').mockImplementation(() => 1e9)
  onTestFinished(() => now.mockRestore())
  await hub().askAll('die', null)
  now.mockRestore()
  await serving(2)
  expect(log.lines('service.worker_ended')).toMatchObject([
    { exit_code: 4, restart_ms: 100 },
    { exit_code: 4, restart_ms: 100 },
  ])
})

test('a worker that does not end in time is killed, and the exit code says so', async () => {
  const { exit, serving, signal } = primary({ 1: 'stays' })
  await serving(2)
  signal('SIGTERM', 'SIGTERM')
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(1), WAIT)
  await vi.waitFor(() => expect(living()).toEqual([]), WAIT)
})

test('a second signal ends all at once', async () => {
  const { exit, serving, signal } = primary({ 1: 'stays', 2: 'stays' })
  await serving(2)
  signal('SIGTERM', 'SIGTERM')
  signal('SIGTERM', 'SIGTERM')
  expect(exit).toHaveBeenCalledWith(1)
  await vi.waitFor(() => expect(living()).toEqual([]), WAIT)
})

test('a stop before the first worker listens is no error', async () => {
  const { exit, settled, signal } = primary({ 1: 'waits' })
  await vi.waitFor(() => expect(living()).toHaveLength(1), WAIT)
  signal('SIGTERM', 'SIGTERM')
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(0), WAIT)
  expect(await Promise.race([settled, Promise.resolve('waits')])).toBe('waits')
})

test('an error that nobody caught in the primary ends all', async () => {
  const { exit, log, serving, signal } = primary({})
  await serving(2)
  signal('uncaughtException', new Error('boom'), 'uncaughtException')
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(1), WAIT)
  expect(log.lines('service.crashed')).toMatchObject([{ level: 'fatal', error: { message: 'boom' } }])
})

test('what the first worker cannot start for is thrown, in its own words where it said them', async () => {
  expect(await primary({ 1: 'fails' }).settled).toMatchObject({
    message: 'Told so.',
    code: 'CODE',
    stack: 'Error: Told so.',
  })
})

test('a first worker that dies without a word fails the start', async () => {
  expect(await primary({ 1: 'dies' }).settled).toMatchObject({
    code: 'CHAPKIT_ERR_LISTEN',
    message: 'A worker ended with exit code 3 before it listened. What it wrote tells why.',
  })
})

test('a first worker that is killed fails the start', async () => {
  const { settled, pids } = primary({ 1: 'waits' })
  await vi.waitFor(() => expect(pids()).toHaveLength(1), WAIT)
  process.kill(pids()[0] as number, 'SIGKILL')
  expect(await settled).toMatchObject({
    message: 'A worker was ended by SIGKILL before it listened. What it wrote tells why.',
  })
})

test('one process runs one service with workers; one that is no builder has no modules', async () => {
  const { serving } = primary({})
  await serving(2)
  await expect(run({ build: () => ({}) as never }, { workers: 2 }, {})).rejects.toThrow(
    'run(): with workers, a process runs one service; start the other from a file of its own.',
  )
})

test('what is no builder has workers, too', async () => {
  process.env['BEHAVIOUR'] = JSON.stringify({ 1: 'fails' })
  onTestFinished(() => void delete process.env['BEHAVIOUR'])
  await expect(run({ build: () => ({}) as never }, { workers: 2 }, {})).rejects.toThrow('Told so.')
})
