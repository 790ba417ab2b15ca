import { type Static, Type } from 'typebox'

/** Media type of every answer of 400 and above (RFC 9457, section 3). */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

/** Start of every problem type; the rest is a {@link ProblemType}. */
export const PROBLEM_TYPE_PREFIX = 'urn:chapkit:error:'

/**
 * The catalogue: each kind of problem with its status and title. docs/errors.md documents it, and a test compares the two.
 */
export const PROBLEM_TYPES = {
  'bad-request': { status: 400, title: 'Bad Request' },
  'invalid-ulid': { status: 400, title: 'Invalid ULID Format' },
  unauthorized: { status: 401, title: 'Unauthorized' },
  forbidden: { status: 403, title: 'Forbidden' },
  'not-found': { status: 404, title: 'Resource Not Found' },
  'method-not-allowed': { status: 405, title: 'Method Not Allowed' },
  timeout: { status: 408, title: 'Request Timeout' },
  conflict: { status: 409, title: 'Conflict' },
  'precondition-failed': { status: 412, title: 'Precondition Failed' },
  'payload-too-large': { status: 413, title: 'Payload Too Large' },
  'uri-too-long': { status: 414, title: 'URI Too Long' },
  'unsupported-media-type': { status: 415, title: 'Unsupported Media Type' },
  'range-not-satisfiable': { status: 416, title: 'Range Not Satisfiable' },
  'validation-failed': { status: 422, title: 'Validation Failed' },
  'rate-limited': { status: 429, title: 'Too Many Requests' },
  'header-fields-too-large': { status: 431, title: 'Request Header Fields Too Large' },
  internal: { status: 500, title: 'Internal Server Error' },
  'bad-gateway': { status: 502, title: 'Bad Gateway' },
  unavailable: { status: 503, title: 'Service Unavailable' },
  'gateway-timeout': { status: 504, title: 'Gateway Timeout' },
} as const satisfies Record<string, { status: number; title: string }>

/** Kind of a problem: the last part of its `type`. */
export type ProblemType = keyof typeof PROBLEM_TYPES

/** A problem document (RFC 9457). Further members may stand beside these. */
export const ProblemDetailSchema = Type.Object(
  {
    type: Type.String({ description: 'URN of the kind of problem' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String({ description: 'What happened, and what to do' })),
    instance: Type.Optional(Type.String({ description: 'Decoded path of the request, without its query' })),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'JSON Pointer (RFC 6901)' }),
          detail: Type.String(),
        }),
      ),
    ),
  },
  { $id: 'ProblemDetail', title: 'Problem (RFC 9457)' },
)

/** A problem document (RFC 9457). */
export type ProblemDetail = Static<typeof ProblemDetailSchema> & Record<string, unknown>
