import { writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { start, withKeyFile } from './service.ts'

const LONG = 'canary-0123456789'
const keys = {
  word: 'abc',
  name: 'kanarie',
  long: LONG,
  longer: `${LONG}-and-more`,
  base64: 'q83vASNF/Z4mrze8BI0Vng==',
  sentence: 'two words, "quoted" \\ and a\ttab',
  accents: 'clé-é-latin1',
}

const texts: [what: string, text: string, shown: string][] = [
  ['a key is taken out wherever it stands', `x${LONG}y (${LONG}) ${LONG}.`, 'x***y (***) ***.'],
  [
    'of two keys with one beginning the longer goes first',
    `${keys.longer} ${LONG}-and-less`,
    '*** ***-and-less',
  ],
  [
    'what only begins like a key stays',
    'canary-0 canary-0123 canary-012345678',
    'canary-0 canary-0123 canary-012345678',
  ],
  ['keys may hold what separates words', `key=${keys.base64}&x ${keys.sentence}`, 'key=***&x ***'],
  ['in JSON a key is escaped', JSON.stringify({ error: keys.sentence }), '{"error":"***"}'],
  ['in JSON within JSON', JSON.stringify(JSON.stringify([keys.sentence])), '"[\\"***\\"]"'],
  ['a key outside of ASCII', `«${keys.accents}»`, '«***»'],
  [
    'a key of under 8 characters is no part of a word',
    '(kanarie!) kanaries, kanari',
    '(***!) kanaries, kanari',
  ],
  [
    'in JSON a line end is no part of a word',
    JSON.stringify({ error: 'first\nkanarie\tkanarie' }),
    '{"error":"first\\n***\\t***"}',
  ],
  ['a short key is only a word', 'abc abcd ab "abc"', '*** abcd ab "***"'],
  ['a text without keys', '', ''],
]
test.for(texts)('%s', async ([, text, shown]) => {
  const { app } = await start({ apiKeys: Object.values(keys) })
  expect(app.kernel.redactor.redact(text)).toBe(shown)
})

test('among thousands of keys only keys are taken out', async () => {
  const many = Array.from(
    { length: 3_000 },
    (_, index) => `${index.toString(36).padStart(4, '0')}-0123456789`,
  )
  const { app } = await start({ apiKeys: many })
  const words = Array.from(
    { length: 500 },
    (_, index) => `word ${index} of ${index ** 2}, 0${index}-0123`,
  ).join('; ')
  expect(app.kernel.redactor.redact(`${words} ${many[2_999]}`)).toBe(`${words} ***`)
})

test('a key that was rotated out stays a secret', async () => {
  const file = withKeyFile(`${LONG}\n`)
  const { app } = await start({ apiKeyFile: file })
  writeFileSync(file, `${keys.base64}\n`)
  await vi.waitFor(() => expect(app.apiKeys.reloads).toBe(1), 2_000)
  expect(app.kernel.redactor.redact(`${LONG} ${keys.base64}`)).toBe('*** ***')
})

test('a key in a path, a query or an error reaches neither the log nor the client', async () => {
  const { app, log } = await start({ apiKeys: [LONG, keys.base64] }, (routes) => {
    routes.get('/api/:name', () => {
      throw new Error(`no such thing: ${LONG}!`)
    })
  })
  const encoded = encodeURIComponent(keys.base64)
  const answers = await Promise.all(
    [`/${LONG}?key=${LONG}`, `/api/${encoded}?a=${encoded}&b=${keys.base64}`].map((url) =>
      app.inject({ url, headers: { 'x-api-key': LONG } }),
    ),
  )
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 500])
  const all = log.text() + answers.map(({ body }) => body).join('')
  expect(all).toContain('no such thing: ***!')
  for (const key of [LONG, keys.base64, encoded]) expect(all).not.toContain(key)
})
