import type { IncomingHttpHeaders } from 'node:http'

/** Whether a request has a body, as its header says (RFC 9112, section 6.3). */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  const { 'transfer-encoding': chunked, 'content-length': length = '0' } = headers
  return chunked !== undefined || length !== '0'
}
