import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'
import { PROBLEM_TYPE_PREFIX } from './problem-detail.ts'
import { sendProblem } from './send-problem.ts'
import { toProblem } from './to-problem.ts'

/**
 * Answers every error with a problem document. What handlers throw as a {@link Problem} is logged as `chapkit.error`; what
 * nobody expected is logged whole as `http.request.error`, and only there.
 */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error)
  if (problem.statusCode >= 500) {
    request.log.error(
      { error: error instanceof Problem ? (error.cause ?? error) : error },
      'http.request.error',
    )
  } else if (error instanceof Problem && problem.type !== 'validation-failed') {
    request.log.warn(
      { error_type: PROBLEM_TYPE_PREFIX + problem.type, status: problem.statusCode, detail: problem.message },
      'chapkit.error',
    )
  }
  return sendProblem(reply, problem)
}
