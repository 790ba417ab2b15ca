import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Redactor } from '../logging/redactor.ts'
import { type RequestTrace, traceOf } from '../logging/request-log.ts'
import { requestPath, requestTarget } from '../requests/request-path.ts'
import { PROBLEM_CONTENT_TYPE } from './problem-detail.ts'
import type { Problem } from './problem.ts'

/** Answers with a problem document, without the secrets that the request may hold in its path. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.statusCode)
    .headers(problem.headers)
    .type(PROBLEM_CONTENT_TYPE)
    .send(
      documentOf(
        problem,
        requestTarget(reply.request.raw),
        reply.server.kernel.redactor,
        traceOf(reply.request),
      ),
    )
}

/** The same where Fastify answers outside of its hooks, which would add the other headers. */
export function writeProblem(
  response: ServerResponse,
  problem: Problem,
  request: { readonly target: string; readonly id: string },
  redactor: Redactor,
): void {
  response.writeHead(problem.statusCode, {
    ...problem.headers,
    'content-type': PROBLEM_CONTENT_TYPE,
    'x-request-id': request.id,
  })
  response.end(documentOf(problem, request.target, redactor))
}

function documentOf(problem: Problem, target: string, redactor: Redactor, trace?: RequestTrace): string {
  const document = problem.toDocument(requestPath(target))
  return redactor.redact(JSON.stringify(trace ? { ...document, trace_id: trace.trace_id } : document))
}
