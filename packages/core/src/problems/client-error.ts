import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import {
  PROBLEM_CONTENT_TYPE,
  PROBLEM_TYPE_PREFIX,
  PROBLEM_TYPES,
  type ProblemType,
} from './problem-detail.ts'

const TYPES_BY_CODE: Readonly<Record<string, ProblemType>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'header-fields-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload-too-large',
}

const DETAILS: Partial<Record<ProblemType, string>> = {
  timeout: 'The request did not arrive in time.',
  'header-fields-too-large': 'The header fields are larger than this service accepts.',
  'payload-too-large': 'The chunk extensions of the body are larger than this service accepts.',
  'bad-request': 'This is not a valid HTTP request.',
}

/** What is refused before there is a request (unreadable bytes, a header too large, a client too slow) is a problem, too. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const type = TYPES_BY_CODE[String(error.code)] ?? 'bad-request'
  const { status, title } = PROBLEM_TYPES[type]
  const body = JSON.stringify({ type: PROBLEM_TYPE_PREFIX + type, title, status, detail: DETAILS[type] })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-ID: ${requestId}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
