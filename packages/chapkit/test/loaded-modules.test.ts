import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** Prints the URLs of all modules that the import of chapkit loads. */
const SCRIPT = `
  import { Session } from 'node:inspector'
  const session = new Session()
  session.connect()
  session.on('Debugger.scriptParsed', ({ params }) => console.log(params.url))
  session.post('Debugger.enable')
  await import('chapkit')
`

test('what only some services need is not loaded for the others', async () => {
  const options = { cwd: import.meta.dirname, maxBuffer: 2 ** 24 }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', SCRIPT],
    options,
  )
  const isLoaded = (name: string) => stdout.includes(`/node_modules/${name}/`)
  const names = ['fastify', 'typebox', 'kysely', 'pg', '@photostructure/sqlite', 'ioredis', 'pino-pretty']
  expect(names.filter(isLoaded)).toEqual(['fastify', 'typebox'])
})
