import type { FastifyReply, FastifyRequest } from 'fastify'
import { announcesBody } from './announced-body.ts'

/** Milliseconds that a client has to read its answer, although its body was not read to the end. */
const LINGER = 1_000

/**
 * Closes the connection after the answer when the request announces a body, so that nobody makes the service read gigabytes
 * that it has refused.
 *
 * Left to itself, Node reads on until the answer is out, and then destroys a socket with bytes unread. TCP resets that, and a
 * client that is still sending may never see the answer (RFC 9112, section 9.6). So the socket is closed in one direction
 * first.
 */
export function closeUnread(request: FastifyRequest, reply: FastifyReply): void {
  // In HTTP/2 a stream ends without its connection.
  if (!announcesBody(request.headers) || request.raw.httpVersionMajor !== 1) return
  reply.header('connection', 'close')
  // Node drains a body that nobody has begun to read. What comes after a first look stays in the kernel's buffers.
  request.raw.read()
  const { socket } = request.raw
  socket.destroySoon = () => {
    socket.end()
    setTimeout(() => socket.destroy(), LINGER).unref()
  }
}
