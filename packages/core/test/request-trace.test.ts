import { expect, test } from 'vitest'
import { logging, Problem, setTrace } from '@chapkit/core'
import { routes, service } from './support.ts'

const trace = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' }

test('a request that is part of a trace names it in its log lines and problems', async () => {
  const { app, log } = service([
    logging(),
    routes((scope) => {
      scope.addHook('onRequest', (request, _reply, done) => {
        request.log.info('before')
        setTrace(request, trace)
        done()
      })
      scope.get('/', (request) => {
        request.log.info('own')
        throw new Problem('conflict', 'No.')
      })
    }),
  ])
  const answer = await app.inject({ url: '/' })
  expect(answer.json()).toMatchObject({ status: 409, trace_id: trace.trace_id })
  expect(answer.json()).not.toHaveProperty('span_id')
  expect(log.lines().map(({ event, trace_id, span_id }) => [event, trace_id, span_id])).toEqual([
    ['http.request.start', undefined, undefined],
    ['before', undefined, undefined],
    ...['own', 'chapkit.error', 'http.request.complete'].map((event) => [
      event,
      trace.trace_id,
      trace.span_id,
    ]),
  ])
})

test('a logger that somebody put in place stays as it is', async () => {
  const { app, log } = service([
    routes((scope) => {
      scope.addHook('onRequest', (request, _reply, done) => {
        request.log = app.log
        setTrace(request, trace)
        done()
      })
      scope.get('/', (request) => {
        request.log.warn('own')
        throw new Problem('conflict', 'No.')
      })
    }),
  ])
  const answer = await app.inject({ url: '/' })
  expect(answer.json()).toMatchObject({ trace_id: trace.trace_id })
  expect(log.lines('own')).toMatchObject([{ level: 'warning' }])
  expect(log.text()).not.toContain(trace.trace_id)
})
