import { isDeepStrictEqual } from 'node:util'
import { newConfigs, type SentConfig } from './config-data.ts'
import { type Contender, keyHeader, narrowKey, sentKey } from './contenders.ts'
import type { Target } from './messages.ts'

/** Path of the configs. */
export const CONFIGS = '/api/v1/configs'

/** Configs that are read in turn. */
const CONFIG_COUNT = 100

/**
 * What a contender is asked in a measurement; makes what is needed for it.
 *
 * @throws when it does not answer as it should: what is fast because it does not do its work is not compared.
 */
export async function prepareTarget(contender: Contender, origin: string): Promise<Target> {
  const { task = 'hello' } = contender
  const headers = keyHeader(contender, sentKey)
  if (task === 'hello') {
    await assertGuarded(contender, `${origin}/hello`)
    const answer = await ask(`${origin}/hello`, { headers })
    if (answer.status !== 200 || answer.body !== '{"message":"hello"}') throw unexpected(contender, answer)
    if (contender.stack) await assertStack(contender, origin)
    return { paths: ['/hello'], headers }
  }
  await assertGuarded(contender, origin + CONFIGS)
  const newConfig = newConfigs()
  if (task === 'post-config') {
    await createConfig(contender, origin, newConfig())
    return { configs: CONFIGS, headers }
  }
  const paths: string[] = []
  while (paths.length < CONFIG_COUNT) paths.push(await createConfig(contender, origin, newConfig()))
  return { paths, headers }
}

/** Creates a config, reads it again, and gives its path. */
async function createConfig(contender: Contender, origin: string, config: SentConfig): Promise<string> {
  const created = await ask(origin + CONFIGS, { body: config })
  if (created.status !== 201) throw unexpected(contender, created)
  const { id, name, data } = JSON.parse(created.body) as SentConfig & { id: string }
  const path = `${CONFIGS}/${id}`
  const read = await ask(origin + path)
  const isRight = read.status === 200 && read.body === created.body
  if (!isRight || !isDeepStrictEqual({ name, data }, config)) throw unexpected(contender, read)
  return path
}

async function assertGuarded(contender: Contender, url: string): Promise<void> {
  const refused = contender.keys > 0 ? 401 : 200
  for (const key of [undefined, 'bench-key-that-nobody-knows']) {
    const answer = await ask(url, { headers: key === undefined ? {} : keyHeader(contender, key) })
    if (answer.status !== refused) throw unexpected(contender, answer)
  }
}

/** It limits, it counts; and ours asks for the scope of the route. */
async function assertStack(contender: Contender, origin: string): Promise<void> {
  const headers = keyHeader(contender, sentKey)
  for (const status of [200, 429]) {
    const answer = await ask(`${origin}/limited`, { headers })
    if (answer.status !== status) throw unexpected(contender, answer)
  }
  const metrics = await ask(`${origin}/metrics`, { headers })
  if (metrics.status !== 200 || !COUNTED.test(metrics.body)) throw unexpected(contender, metrics)
  if (contender.server !== 'complete-stack') return
  const forbidden = await ask(`${origin}/hello`, { headers: keyHeader(contender, narrowKey) })
  if (forbidden.status !== 403) throw unexpected(contender, forbidden)
}

/** The duration of requests to the route that is measured, and of the one that was refused. */
const COUNTED =
  /^http_(?:server|request)_duration_\w+_count\{(?=[^}]*"\/hello")(?=[^}]*"200")[^}]*\} [1-9][^]*"429"/m

interface Answer {
  readonly status: number
  readonly body: string
}

/** Asks once, with the key that is valid in `X-API-Key` unless `options` has other headers. */
export async function ask(
  url: string,
  options: { headers?: Readonly<Record<string, string>>; body?: object } = {},
): Promise<Answer> {
  const { headers, body } = { headers: { 'x-api-key': sentKey }, ...options }
  const answer = await fetch(url, {
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.text() }
}

function unexpected({ name }: Contender, { status, body }: Answer): Error {
  return new Error(`${name} answered ${status} ${body.slice(0, 500)}.`)
}
