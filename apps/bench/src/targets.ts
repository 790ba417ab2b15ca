import { isDeepStrictEqual } from 'node:util'
import { newConfigs, type SentConfig } from './config-data.ts'
import { type Contender, sentKey } from './contenders.ts'
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
  if (task === 'hello') {
    await assertGuarded(contender, `${origin}/hello`)
    const answer = await ask(`${origin}/hello`)
    if (answer.status !== 200 || answer.body !== '{"message":"hello"}') throw unexpected(contender, answer)
    return { paths: ['/hello'] }
  }
  await assertGuarded(contender, origin + CONFIGS)
  const newConfig = newConfigs()
  if (task === 'post-config') {
    await createConfig(contender, origin, newConfig())
    return { configs: CONFIGS }
  }
  const paths: string[] = []
  while (paths.length < CONFIG_COUNT) paths.push(await createConfig(contender, origin, newConfig()))
  return { paths }
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
    const answer = await ask(url, { key })
    if (answer.status !== refused) throw unexpected(contender, answer)
  }
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** Asks once, with the key that is valid unless there is another one, or none, in `options`. */
export async function ask(
  url: string,
  options: { key?: string | undefined; body?: object } = {},
): Promise<Answer> {
  const { key, body } = { key: sentKey, ...options }
  const answer = await fetch(url, {
    headers: { ...(key !== undefined && { 'x-api-key': key }), 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.text() }
}

function unexpected({ name }: Contender, { status, body }: Answer): Error {
  return new Error(`${name} answered ${status} ${body}.`)
}
