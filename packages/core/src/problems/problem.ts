import { PROBLEM_TYPE_PREFIX, PROBLEM_TYPES, type ProblemDetail, type ProblemType } from './problem-detail.ts'

/** What a problem may carry beside its type and detail. */
export interface ProblemOptions {
  /** Status of the answer. Default: that of the type. */
  readonly status?: number
  /** Headers of the answer: `Allow`, `Retry-After`, `WWW-Authenticate`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Further members of the document (RFC 9457, section 3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>
  /** Decoded path of what the problem is about. Default: the path of the request. */
  readonly instance?: string
  /** What led to it: logged, never sent. */
  readonly cause?: unknown
}

/**
 * Throw it in a handler or a hook, and the client gets it as a problem document.
 *
 *     throw new Problem('conflict', `A config named '${name}' exists; choose another name.`)
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly type: ProblemType
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly extensions: Readonly<Record<string, unknown>>
  readonly instance: string | undefined

  /** @param detail - One sentence for the client: what happened, and what to do. */
  constructor(type: ProblemType, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.type = type
    this.statusCode = options.status ?? PROBLEM_TYPES[type].status
    this.headers = options.headers ?? {}
    this.extensions = options.extensions ?? {}
    this.instance = options.instance
  }

  /** The document, for the request at `path` (decoded, without query). */
  toDocument(path: string): ProblemDetail {
    const standard = {
      type: PROBLEM_TYPE_PREFIX + this.type,
      title: PROBLEM_TYPES[this.type].title,
      status: this.statusCode,
      detail: this.message,
      instance: this.instance ?? path,
    }
    // In this order to read, and so that no extension takes the place of a standard member.
    return { ...standard, ...this.extensions, ...standard }
  }
}
