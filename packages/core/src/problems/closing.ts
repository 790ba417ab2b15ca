import type { ServerResponse } from 'node:http'
import { PROBLEM_CONTENT_TYPE } from './problem-detail.ts'
import { Problem } from './problem.ts'

/** A new request to a service that shuts down. Another replica may answer at once, so the wait is a second. */
export function closingProblem(): Problem {
  return new Problem('unavailable', 'The service is shutting down; try again.', {
    headers: { 'retry-after': '1', connection: 'close' },
  })
}

/** The same answer where Fastify would give one of its own before any hook. */
export function answerClosing(response: ServerResponse, instance: string, requestId: string): void {
  const problem = closingProblem()
  response.writeHead(problem.statusCode, {
    ...problem.headers,
    'content-type': PROBLEM_CONTENT_TYPE,
    'x-request-id': requestId,
  })
  response.end(JSON.stringify(problem.toDocument(instance)))
}
