/** The process that sends the load, so that what it costs to ask is not charged to the one that answers. */
import autocannon from 'autocannon'
import { sentKey } from './contenders.ts'
import { newConfigs } from './config-data.ts'
import type { LoadAnswer, LoadQuestion, Target } from './messages.ts'

const newConfig = newConfigs()

/** Enough that a server always has the next request waiting. */
const CONNECTIONS = 50

process.on('message', (question: LoadQuestion) => {
  void load(question).then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit())

async function load({ port, requests, target }: LoadQuestion): Promise<LoadAnswer> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    amount: requests,
    sampleInt: 20, // It looks only so often whether it is done: milliseconds.
    headers: { 'x-api-key': sentKey },
    requests: requestsTo(target),
  })
  return { answered: result['2xx'], failed: result.non2xx + result.errors + result.timeouts }
}

function requestsTo({ paths = [], configs }: Target): autocannon.Request[] {
  if (configs === undefined) return paths.map((path) => ({ method: 'GET', path }))
  const headers = { 'x-api-key': sentKey, 'content-type': 'application/json' }
  const setupRequest = (request: autocannon.Request) => ({ ...request, body: JSON.stringify(newConfig()) })
  return [{ method: 'POST', path: configs, headers, setupRequest }]
}
