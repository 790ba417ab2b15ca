import { Agent, get as httpGet } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, runProcess, type ServiceProcess, startService, typescriptLoader } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

const cwd = new URL('fixtures/', import.meta.url)
const WAIT = { timeout: 30_000, interval: 50 }

interface Told {
  readonly worker: number
  readonly pid: number
}

/** A service of two workers, both of which listen. */
async function twoWorkers(env: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = await startService('worker-service.ts', { cwd, env: { WORKERS: '2', ...env } })
  await vi.waitFor(() => expect(listened(service)).toHaveLength(2), WAIT)
  return service
}

/** A line of each worker that has listened, those that are dead by now as well. */
function listened({ process }: ServiceProcess) {
  return process.log().filter(({ event }) => event.startsWith('Server listening'))
}

/** A connection of its own: kept ones would always meet the same worker. */
function get(url: string, agent: Agent | false = false): Promise<Told> {
  return new Promise((resolve, reject) => {
    httpGet(url, { agent, headers: agent ? {} : { connection: 'close' } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      answer.on('error', reject)
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(JSON.parse(text) as Told) : reject(new Error(text)),
      )
    }).on('error', reject)
  })
}

/** Which process is which worker now. */
async function pids(origin: string, ...unlike: number[]): Promise<Map<number, number>> {
  const found = new Map<number, number>()
  await vi.waitFor(async () => {
    const told = await Promise.all(Array.from({ length: 16 }, () => get(origin)))
    for (const { worker, pid } of told) if (!unlike.includes(pid)) found.set(worker, pid)
    expect(new Set(found.keys())).toEqual(new Set([1, 2]))
  }, WAIT)
  return found
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('WORKERS=2 and PORT=0: two processes on one port, with their numbers in the log, and questions between them', async () => {
  const service = await twoWorkers()
  const addresses = listened(service)
  expect(new Set(addresses.map(({ event }) => event)).size).toBe(1)
  expect(new Set(addresses.map(({ worker }) => worker))).toEqual(new Set([1, 2]))
  const { origin, process } = service
  const found = await pids(origin)
  expect([...found.values()]).not.toContain(process.pid)
  const [line] = await process.logged('http.request.start')
  expect(line).toMatchObject({ worker: expect.any(Number), path: '/', request_id: expect.any(String) })

  const everyone = (await (await fetch(`${origin}/all`)).json()) as { worker: number; answer: number }[]
  expect(new Set(everyone.map(({ worker }) => worker))).toEqual(new Set([1, 2]))
  for (const { answer } of everyone) expect(answer).toBeGreaterThan(0)
  expect(await (await fetch(`${origin}/unknown`)).text()).toBe(
    "Nobody answers 'nothing' in the other process.",
  )

  const ended = await process.stop()
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  // The primary has no service, and runs nothing that comes after run().
  expect(ended.stdout.match(/after run in \d+/g)).toHaveLength(2)
  for (const pid of found.values()) expect(isAlive(pid)).toBe(false)
})

test('a worker that is killed under load costs its connections and no others; another takes its place', async () => {
  const { origin, process } = await twoWorkers()
  const before = await pids(origin)
  const victim = before.get(1) as number
  const faults = new Set<string>()
  let answered = 0
  const over = new AbortController()
  const agents = Array.from({ length: 16 }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  onTestFinished(() => {
    for (const agent of agents) agent.destroy()
  })
  const clients = agents.map(async (agent) => {
    while (!over.signal.aborted) {
      try {
        await get(origin, agent)
        answered++
      } catch (error) {
        faults.add(String((error as NodeJS.ErrnoException).code))
      }
    }
  })
  await vi.waitFor(() => expect(answered).toBeGreaterThan(200), WAIT)
  globalThis.process.kill(victim, 'SIGKILL')
  const after = await pids(origin, victim)
  over.abort()
  await Promise.all(clients)
  expect(after.get(2)).toBe(before.get(2))
  expect(after.get(1)).not.toBe(victim)
  expect([...faults].filter((code) => code !== 'ECONNRESET' && code !== 'EPIPE')).toEqual([])
  expect(await process.logged('service.worker_ended')).toMatchObject([
    {
      level: 'warning',
      worker: 1,
      pid: victim,
      exit_code: null,
      signal: 'SIGKILL',
      restart_ms: expect.any(Number),
    },
  ])
  expect(await process.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('a worker that gets SIGTERM answers what it has in flight, ends, and is replaced', async () => {
  const { origin, process } = await twoWorkers()
  const before = await pids(origin)
  const slow = Array.from({ length: 8 }, () => get(`${origin}/slow`))
  await vi.waitFor(
    () => expect(process.log('http.request.start').filter(({ path }) => path === '/slow')).toHaveLength(8),
    WAIT,
  )
  globalThis.process.kill(before.get(2) as number, 'SIGTERM')
  expect(await Promise.all(slow)).toHaveLength(8)
  const after = await pids(origin, before.get(2) as number)
  expect(after.get(1)).toBe(before.get(1))
  expect(await process.logged('service.worker_ended')).toMatchObject([
    { worker: 2, exit_code: 0, signal: null },
  ])
})

test('an error that nobody caught ends one worker, which is replaced', async () => {
  const { origin, process } = await twoWorkers()
  await pids(origin)
  await fetch(`${origin}/throw`, { method: 'POST' }).catch(() => undefined)
  const ended = await process.logged('service.worker_ended')
  const [crashed] = process.log('service.crashed')
  expect(crashed).toMatchObject({ level: 'fatal', error: { message: 'thrown late' } })
  expect(ended).toMatchObject([{ worker: crashed?.['worker'], exit_code: 1 }])
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s to all processes at once is one stop', async (signal) => {
  const { origin, process } = await twoWorkers()
  await pids(origin)
  const slow = Array.from({ length: 6 }, () => get(`${origin}/slow`))
  await vi.waitFor(
    () => expect(process.log('http.request.start').filter(({ path }) => path === '/slow')).toHaveLength(6),
    WAIT,
  )
  globalThis.process.kill(-process.pid, signal)
  expect(await Promise.all(slow)).toHaveLength(6)
  expect(await process.end()).toMatchObject({ code: 0, signal: null, stderr: '' })
  expect(process.log('service.worker_ended')).toEqual([])
})

test('when the primary is killed, its workers answer what they have in flight, and end', async () => {
  const { origin, process } = await twoWorkers()
  const found = await pids(origin)
  const slow = Array.from({ length: 6 }, () => get(`${origin}/slow`))
  await vi.waitFor(
    () => expect(process.log('http.request.start').filter(({ path }) => path === '/slow')).toHaveLength(6),
    WAIT,
  )
  globalThis.process.kill(process.pid, 'SIGKILL')
  expect(await Promise.all(slow)).toHaveLength(6)
  await vi.waitFor(() => expect([...found.values()].some(isAlive)).toBe(false), WAIT)
})

test('what fails the start is told once, and ends with code 1', async () => {
  const { origin } = await startService('worker-service.ts', { cwd })
  const command = [process.execPath, ...typescriptLoader, 'worker-service.ts'] as const
  const { port } = new URL(origin)
  const taken = await runProcess([...command] as [string, ...string[]], {
    cwd,
    env: { WORKERS: '3', PORT: port },
  })
  expect(taken.code).toBe(1)
  expect(taken.stderr.match(new RegExp(`Port ${port} is in use`, 'g'))).toHaveLength(1)
  expect(taken.stderr).toContain('CHAPKIT_ERR_LISTEN')

  const failed = await runProcess([...command] as [string, ...string[]], {
    cwd,
    env: { WORKERS: '3', PORT: String(await freePort()), FAIL_START: '1' },
  })
  expect(failed.code).toBe(1)
  expect(failed.stderr.match(/No start today\./g)).toHaveLength(1)
})

test('a worker that cannot start while another serves is tried again, with longer waits', async () => {
  const { origin, process } = await startService('worker-service.ts', {
    cwd,
    env: { WORKERS: '2', FAIL_START: '2' },
  })
  await vi.waitFor(() => expect(process.log('service.worker_ended').length).toBeGreaterThan(2), WAIT)
  const waits = process.log('service.worker_ended')
  expect(waits.slice(0, 3)).toMatchObject([
    { worker: 2, restart_ms: 100, error: { message: 'No start today.' } },
    { worker: 2, restart_ms: 200 },
    { worker: 2, restart_ms: 400 },
  ])
  expect((await get(origin)).worker).toBe(1)
  // While one of them starts, waits or fails.
  await sleep(100)
  expect(await process.stop()).toMatchObject({ code: 0, stderr: '' })
})
