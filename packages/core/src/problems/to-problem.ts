import type { FastifyError } from 'fastify'
import { Problem } from './problem.ts'
import { PROBLEM_TYPES, type ProblemType } from './problem-detail.ts'

/** What Fastify itself refuses, in our words. */
const FRAMEWORK_DETAILS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is larger than this service accepts.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send the body as application/json.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The length of the body is not what Content-Length says.',
  FST_ERR_BAD_URL: 'The path is not a valid URL path.',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the path is longer than this service accepts.',
  FST_ERR_HANDLER_TIMEOUT: 'The request took too long to answer; try again later.',
}

const TYPES_BY_STATUS = new Map<number, ProblemType>()
for (const [type, { status }] of Object.entries(PROBLEM_TYPES)) {
  if (!TYPES_BY_STATUS.has(status)) TYPES_BY_STATUS.set(status, type as ProblemType)
}

/** Turns whatever a handler or the framework threw into a problem. Nothing of an unexpected error is shown. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { validation, validationContext, statusCode, code, message } = asFastifyError(error)
  if (validation) return validationProblem(validation, validationContext)
  const status = statusCode ?? 500
  const type = TYPES_BY_STATUS.get(status) ?? (status >= 400 && status < 500 ? 'bad-request' : 'internal')
  if (status >= 500 || status < 400) {
    const detail =
      FRAMEWORK_DETAILS[code] ??
      'The service could not answer; the error is in its log under this request id.'
    return new Problem(type, detail, { cause: error, ...(status >= 500 && { status }) })
  }
  return new Problem(type, FRAMEWORK_DETAILS[code] ?? message, { status, cause: error })
}

function asFastifyError(error: unknown): Partial<FastifyError> & { code: string; message: string } {
  const members = typeof error === 'object' && error !== null ? (error as Partial<FastifyError>) : {}
  const status = members.statusCode
  return {
    ...(members.validation && { validation: members.validation }),
    ...(members.validationContext !== undefined && { validationContext: members.validationContext }),
    ...(Number.isInteger(status) && status !== undefined && status < 600 && { statusCode: status }),
    code: String(members.code),
    message: String(members.message),
  }
}

/** Most places that one answer lists. */
const MAX_ERRORS = 100

function validationProblem(
  faults: NonNullable<FastifyError['validation']>,
  context: string = 'request',
): Problem {
  const errors = faults.slice(0, MAX_ERRORS).map((fault) => ({
    pointer: fault.instancePath + missingMember(fault.params),
    detail: fault.message ?? 'is not valid',
  }))
  const [first] = errors
  const place = first?.pointer ? `${context} at ${first.pointer}` : context
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  return new Problem('validation-failed', `The ${place} ${first?.detail}${more}.`, { extensions: { errors } })
}

/** A missing member has no place of its own in the document: point at where it should be. */
function missingMember(params: Readonly<Record<string, unknown>>): string {
  const name = params['missingProperty']
  return typeof name === 'string' ? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : ''
}
