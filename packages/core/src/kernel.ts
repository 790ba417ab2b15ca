import type { FastifyInstance } from 'fastify'
import type { Kernel } from './app-kernel.ts'
import { requestLogger } from './logging/request-logger.ts'
import { closingProblem } from './problems/closing.ts'
import { handleError } from './problems/error-handler.ts'
import { handleNotFound } from './problems/not-found-handler.ts'
import { PROBLEM_CONTENT_TYPE } from './problems/problem-detail.ts'
import { readJsonBodies } from './requests/json-body.ts'
import { validatorCompiler } from './requests/validator.ts'
import type { Redactor } from './logging/redactor.ts'
import type { WireServiceInfo } from './service-info.ts'

/**
 * Sets up what every service has, before any module: the kernel, the log of requests, problems for all errors, JSON bodies,
 * validation, and the headers of every answer.
 */
export function installKernel(app: FastifyInstance, info: WireServiceInfo, redactor: Redactor, nextId: () => string): void {
  const closing = new AbortController()
  const kernel: Kernel = {
    info,
    redactor,
    healthChecks: new Map(),
    openApi: [],
    apps: [],
    closing: closing.signal,
  }
  app.decorate('kernel', kernel)
  app.setGenReqId(nextId)
  const root = app.log
  app.setChildLoggerFactory((_logger, bindings, options, request) => requestLogger(root, bindings, options, request))
  app.setValidatorCompiler(validatorCompiler(app))
  readJsonBodies(app)
  app.setErrorHandler(handleError)
  handleNotFound(app)

  app.addHook('preClose', (done) => {
    closing.abort()
    done()
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done(closing.signal.aborted ? closingProblem() : undefined)
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    // JSON is UTF-8 and knows no charset parameter (RFC 8259, section 11); Fastify adds one.
    const type = reply.getHeader('content-type')
    if (type === 'application/json; charset=utf-8') reply.header('content-type', 'application/json')
    else if (type === PROBLEM_WITH_CHARSET) reply.header('content-type', PROBLEM_CONTENT_TYPE)
    // Else the client keeps the connection, and the server waits for it.
    if (closing.signal.aborted) reply.header('connection', 'close')
    done(null, payload)
  })
}

const PROBLEM_WITH_CHARSET = `${PROBLEM_CONTENT_TYPE}; charset=utf-8`
