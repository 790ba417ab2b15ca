/** The process that sends the load (`node load.js [own-core]`), so that what it costs to ask is not charged to the one that answers. */
import autocannon from 'autocannon'
import { newConfigs } from './config-data.ts'
import type { LoadAnswer, LoadQuestion, Target } from './messages.ts'

const newConfig = newConfigs()

/** Enough that a server always has the next request waiting. */
const CONNECTIONS = 50

/** Whether the servers run elsewhere, and are not held up. */
const hasOwnCore = process.argv[2] === 'own-core'

process.on('message', (question: LoadQuestion) => {
  void load(question).then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit())

async function load({ port, requests, target }: LoadQuestion): Promise<LoadAnswer> {
  const rest = stayAwake()
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    amount: requests,
    sampleInt: 20, // It looks only so often whether it is done: milliseconds.
    headers: target.headers,
    requests: requestsTo(target),
  })
  rest()
  return { answered: result['2xx'], failed: result.non2xx + result.errors + result.timeouts }
}

/**
 * Keeps the process from sleeping while it waits for answers. The answer that wakes a process costs the one that sends it a good
 * deal, the more so in a virtual machine; and a fast server, whose answers are always waiting, would not pay it.
 */
function stayAwake(): () => void {
  let isAwake = hasOwnCore
  const turn = () => {
    if (isAwake) setImmediate(turn)
  }
  turn()
  return () => {
    isAwake = false
  }
}

function requestsTo({ paths = [], configs, headers: common }: Target): autocannon.Request[] {
  if (configs === undefined) return paths.map((path) => ({ method: 'GET', path }))
  const headers = { ...common, 'content-type': 'application/json' }
  const setupRequest = (request: autocannon.Request) => ({ ...request, body: JSON.stringify(newConfig()) })
  return [{ method: 'POST', path: configs, headers, setupRequest }]
}
