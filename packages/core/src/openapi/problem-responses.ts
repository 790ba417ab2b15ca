import { PROBLEM_CONTENT_TYPE } from '../problems/problem-detail.ts'

/** Responses of an operation, by status with their descriptions, that are problem documents. */
export function problemResponses(descriptions: Readonly<Record<number, string>>): Record<number, object> {
  const content = { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: 'ProblemDetail#' } } }
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [status, { description, content }]),
  )
}
