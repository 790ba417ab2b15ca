import { ServiceBuilder } from 'chapkit'
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'

/** The onRequest hook of a service, called with one key after another. */
export type KeyCheck = (key: string) => void

/**
 * Builds a service with the given keys and gives its key check: the hook itself, on a request that was routed, its log
 * line and its answer included. Only the answer's way to the socket is left out, which is a thousand times as noisy.
 */
export async function keyCheckOf(apiKeys: readonly string[]): Promise<KeyCheck> {
  const hooks: onRequestHookHandler[] = []
  const seen: { request: FastifyRequest; reply: FastifyReply }[] = []
  const logStream = { write: () => undefined }
  const app = new ServiceBuilder({ displayName: 'Timing' }, { logStream })
    .with({
      name: 'listener',
      order: 'early',
      plugin(root) {
        const addHook = root.addHook.bind(root) as (...args: unknown[]) => typeof root
        root.addHook = ((name: string, hook: onRequestHookHandler) => {
          if (name === 'onRequest') hooks.push(hook)
          return addHook(name, hook)
        }) as typeof root.addHook
      },
    })
    .withAuth({ apiKeys: [...apiKeys], unauthenticatedPaths: [], failureLimit: false })
    .route((routes) => {
      routes.get('/hello', (request, reply) => {
        seen.push({ request: request, reply: reply })
        return { message: 'hello' }
      })
    })
    .build()
  const { statusCode } = await app.inject({ url: '/hello', headers: { 'x-api-key': apiKeys[0] } })
  const [hook] = hooks
  const [first] = seen
  if (statusCode !== 200 || !hook || !first || hooks.length > 1)
    throw new Error(`The key check of the service was not found: ${statusCode}, ${hooks.length} hooks.`)

  const { request } = first
  const reply = Object.create(first.reply, { send: { value: () => reply } }) as FastifyReply
  const { headers, rawHeaders } = request.raw
  const at = rawHeaders.findIndex((name) => name.toLowerCase() === 'x-api-key') + 1
  return (key) => {
    rawHeaders[at] = key
    headers['x-api-key'] = key
    hook.call(app, request, reply, ignore)
  }
}

function ignore(): void {
  // The request goes no further.
}
