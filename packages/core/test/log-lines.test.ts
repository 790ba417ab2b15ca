import { type LogLine, runProcess, typescriptLoader } from '@chapkit/testing'
import type { Logger } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { LogEvent, logEvent, logging } from '@chapkit/core'
import { thousandthsText, wholeText } from '../src/logging/number-text.ts'
import { tickBuffered } from '../src/logging/tick-buffer.ts'
import { timestamps } from '../src/logging/timestamp.ts'
import { routes, service } from './support.ts'

afterEach(() => vi.useRealTimers())

const nextTick = () => new Promise((resolve) => setImmediate(resolve))

test('lines of one turn are written together, in their order', async () => {
  const written: string[] = []
  const buffer = tickBuffered((lines) => void written.push(lines.toString()))
  buffer.write('a\n')
  buffer.write('b\n')
  expect(written).toEqual([])
  await nextTick()
  expect(written).toEqual(['a\nb\n'])
  buffer.write('c\n')
  await nextTick()
  expect(written).toEqual(['a\nb\n', 'c\n'])
})

test('text is written as UTF-8, and so is ASCII', async () => {
  const written: string[] = []
  const buffer = tickBuffered((lines) => void written.push(lines.toString()))
  buffer.writeAscii('a\n')
  buffer.write('é€😀\n')
  await nextTick()
  buffer.writeAscii('b\n')
  await nextTick()
  expect(written).toEqual(['a\né€😀\n', 'b\n'])
})

test('a process that ends writes its last lines, and those of its end', async () => {
  const { code, stdout } = await runProcess([process.execPath, ...typescriptLoader, 'ending-service.ts'], {
    cwd: new URL('fixtures/', import.meta.url),
    env: { LOG_FORMAT: 'json' },
  })
  expect(code).toBe(1)
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as LogLine).event)
  expect(events).toEqual(['before', 'at the end'])
})

test('when no turn comes any more, each line is written at once', () => {
  const written: string[] = []
  const buffer = tickBuffered((lines) => void written.push(lines.toString()))
  buffer.write('a\n')
  buffer.end()
  buffer.writeAscii('b\n')
  buffer.write('é\n')
  expect(written).toEqual(['a\n', 'b\n', 'é\n'])
})

test('many lines do not wait for the end of the turn', async () => {
  const written: string[] = []
  const buffer = tickBuffered((lines) => void written.push(lines.toString()))
  const lines = Array.from({ length: 200 }, (_, line) => `${line}${'é'.repeat(1000)}\n`)
  for (const line of lines) buffer.write(line)
  expect(written.join('').length).toBeGreaterThan(130_000)
  await nextTick()
  expect(written.join('')).toBe(lines.join(''))
})

test('a line of any length is written whole, in its turn', async () => {
  const written: string[] = []
  const buffer = tickBuffered((lines) => void written.push(lines.toString()))
  const long = `${'é'.repeat(100_000)}\n`
  buffer.write('a\n')
  buffer.write(long)
  buffer.write('b\n')
  await nextTick()
  expect(written.join('')).toBe(`a\n${long}b\n`)
})

test('what could not be written stays as it was given', async () => {
  const given: Buffer[] = []
  const buffer = tickBuffered((lines) => {
    given.push(lines)
    if (given.length === 1) throw new Error('no space left')
  })
  buffer.write('first\n')
  expect(() => buffer.flushSync()).toThrow('no space left')
  buffer.write('other\n')
  await nextTick()
  expect(given.map(String)).toEqual(['first\n', 'other\n'])
})

test('the timestamp is that of the line, to the millisecond', () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5, 6) })
  const timestamp = timestamps()
  expect(timestamp()).toBe(',"timestamp":"2026-01-02T03:04:05.006Z"')
  expect(timestamp()).toBe(',"timestamp":"2026-01-02T03:04:05.006Z"')
  vi.advanceTimersByTime(1)
  expect(timestamp()).toBe(',"timestamp":"2026-01-02T03:04:05.007Z"')
})

test('numbers stand in lines as JSON writes them', () => {
  const numbers = [
    0,
    1,
    9,
    10,
    99,
    120,
    999,
    1_000,
    1_001,
    10_050,
    999_999,
    1_000_000,
    1_002_003,
    2 ** 53 - 1,
  ]
  const others = [1000.5, -1, Number.NaN, Infinity]
  expect([...numbers, ...others].map(wholeText)).toEqual([...numbers, ...others].map(String))
  // Of larger ones a thousandth is no longer told from the next.
  const thousandths = numbers.slice(0, -1)
  expect(thousandths.map(thousandthsText)).toEqual(
    thousandths.map((number) => JSON.stringify(number / 1_000)),
  )
})

test('what somebody bound to the logger of a request is searched for secrets', async () => {
  const key = 'sk_dev_canary00000001'
  const { app, log } = service([
    logging(),
    routes((scope) => {
      scope.addHook('onRequest', async (request) => {
        if (request.url === '/child') request.log = request.log.child({ key })
        if (request.url === '/bound') (request.log as Logger).setBindings({ key })
      })
      scope.get('/child', () => null)
      scope.get('/bound', () => null)
      scope.get('/event', (request) => {
        logEvent(request, new LogEvent('warn', 'test.event', { count: 1 }))
        return null
      })
    }),
  ])
  for (const url of ['/child', '/bound', '/event', `/${key}?key=${key}`]) await app.inject({ url })
  expect(log.lines('http.request.complete')).toHaveLength(4)
  expect(log.lines('test.event')).toMatchObject([{ count: 1, level: 'warning', path: '/event' }])
  expect(log.text()).not.toContain(key)
  expect(log.text()).toContain('"key":"***"')
})
