/** A process that sends requests: `node load.js '{"port":8000,…}'`. It prints what came of them. */
import { Connection, get, Unanswered } from './connection.ts'
import { quantile } from './statistics.ts'

/** What is sent. */
export interface LoadPlan {
  readonly port: number
  readonly path: string
  readonly key: string
  readonly connections: number
  /** Requests that each connection sends in one piece, before it waits for their answers. Default: 1. */
  readonly depth?: number
  /** As fast as they are answered, so many. */
  readonly requests?: number
  /** Or so many in a second, whether others have been answered or not, for so many seconds. */
  readonly rate?: number
  readonly seconds?: number
}

/** What came of it. */
export interface LoadResult {
  /** Number of answers by status. */
  readonly statuses: Readonly<Record<string, number>>
  /** Answers of 503 that tell when to come back. */
  readonly deferred: number
  /** Requests that no answer came to. */
  readonly lost: number
  /** Requests that could not be sent, because every connection waited for an answer. */
  readonly unsent: number
  /** Milliseconds until answers of 2xx were there. */
  readonly p50: number
  readonly p99: number
}

const plan = JSON.parse(process.argv[2] ?? '{}') as LoadPlan
const { port, path, key, depth = 1, rate } = plan
const statuses: Record<string, number> = {}
const times: number[] = []
let deferred = 0
let lost = 0
let unsent = 0
let left = plan.requests ?? 0

const connections = await Promise.all(Array.from({ length: plan.connections }, openAccepted))
const request = get(path, key)

if (rate === undefined) await Promise.all(connections.map(flood))
else await pace(rate, plan.seconds ?? 1)
for (const connection of connections) connection.close()
const result: LoadResult = {
  statuses,
  deferred,
  lost,
  unsent,
  p50: quantile(times, 0.5),
  p99: quantile(times, 0.99),
}
console.log(JSON.stringify(result))

/** A connection that the service has accepted: which it does one each turn of its event loop, and late when it is busy. */
async function openAccepted(): Promise<Connection> {
  const connection = await Connection.open(port)
  await connection.send(get('/health/live', key))
  return connection
}

async function flood(connection: Connection): Promise<void> {
  while (left > 0) {
    const count = Math.min(depth, left)
    left -= count
    const answers = Array.from({ length: count - 1 }, () => connection.send(''))
    answers.push(connection.send(request.repeat(count)))
    for (const answer of answers) await record(answer)
  }
}

async function pace(perSecond: number, seconds: number): Promise<void> {
  const free = [...connections]
  const running = new Set<Promise<void>>()
  const start = performance.now()
  for (let sent = 0; sent < perSecond * seconds;) {
    const due = Math.min(((performance.now() - start) / 1000) * perSecond, perSecond * seconds)
    for (; sent < due; sent++) {
      // The one that has waited longest.
      const connection = free.shift()
      if (connection === undefined) {
        unsent++
        continue
      }
      const sending = sendOne(connection, free).finally(() => running.delete(sending))
      running.add(sending)
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(running)
}

/** Sends one, and puts the connection for another one to the free ones. */
async function sendOne(connection: Connection, free: Connection[]): Promise<void> {
  const start = performance.now()
  const isClosing = await record(connection.send(request), start)
  if (isClosing || !connection.isOpen) {
    connection.close()
    free.push(await Connection.open(port))
  } else free.push(connection)
}

/** Whether the server closes the connection after this answer. */
async function record(answering: ReturnType<Connection['send']>, start?: number): Promise<boolean> {
  try {
    const { status, head } = await answering
    statuses[status] = (statuses[status] ?? 0) + 1
    if (status === 503 && /\r\nretry-after: [1-9]/.test(head)) deferred++
    if (start !== undefined && status < 300) times.push(performance.now() - start)
    return head.includes('\r\nconnection: close')
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error
    lost++
    return true
  }
}
