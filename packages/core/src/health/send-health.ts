import type { FastifyReply } from 'fastify'
import { PROBLEM_CONTENT_TYPE } from '../problems/problem-detail.ts'
import { Problem } from '../problems/problem.ts'
import { requestPath, requestTarget } from '../requests/request-path.ts'
import type { HealthReport } from './run-checks.ts'

/**
 * Answers with a report: 200, or 503 when unhealthy. The 503 is a problem document, too, whose `status` stays the word that
 * a health report has there (RFC 9457, section 3.1: a consumer ignores a member of another type).
 */
export function sendHealth(reply: FastifyReply, report: HealthReport): FastifyReply {
  if (report.checks === undefined || report.status !== 'unhealthy') return reply.send(report)
  const failing = Object.entries(report.checks).filter(([, { state }]) => state === 'unhealthy')
  const problem = new Problem('unavailable', `Unhealthy: ${failing.map(([name]) => name).join(', ')}.`)
  return reply
    .code(problem.statusCode)
    .type(PROBLEM_CONTENT_TYPE)
    .send({ ...problem.toDocument(requestPath(requestTarget(reply.request.raw))), ...report })
}
