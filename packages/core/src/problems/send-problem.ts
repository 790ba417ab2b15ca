import type { FastifyReply } from 'fastify'
import { requestPath } from '../requests/request-path.ts'
import { PROBLEM_CONTENT_TYPE } from './problem-detail.ts'
import type { Problem } from './problem.ts'

/** Answers with a problem document, without the secrets that the request may hold in its path. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const document = JSON.stringify(problem.toDocument(requestPath(reply.request.raw.url ?? '/')))
  return reply
    .code(problem.statusCode)
    .headers(problem.headers)
    .type(PROBLEM_CONTENT_TYPE)
    .send(reply.server.kernel.redactor.redact(document))
}
