import fastifyCors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { InvalidOptionError } from './errors.ts'
import { checkedOption, parseOptions } from './parse-options.ts'
import type { ServiceModule } from './service-module.ts'

/** Options of `withCors()`. */
export interface CorsOptions {
  /** Who may read answers: an origin, a list, a pattern, a function, or `'*'` for everybody. Required. */
  readonly origin: NonNullable<FastifyCorsOptions['origin']>
  /** Methods that are allowed. Default: GET, HEAD, POST, PUT, PATCH, DELETE. */
  readonly methods?: readonly string[]
  /** Request headers that are allowed. Default: those that the preflight asks for. */
  readonly allowedHeaders?: readonly string[]
  /** Answer headers that scripts may read. Default: Location and X-Request-ID. */
  readonly exposedHeaders?: readonly string[]
  /** Whether browsers send cookies. Default: false. Not together with the origin `'*'`. */
  readonly credentials?: boolean
  /** Seconds for which a browser remembers a preflight. Default: the browser's own choice. */
  readonly maxAge?: number
}

const Options = Type.Object(
  {
    origin: checkedOption<CorsOptions['origin']>(
      (value) => value !== undefined && value !== null && value !== '',
      "an origin such as 'https://app.example', a list, a pattern, a function, or '*'",
    ),
    methods: Type.Array(Type.String(), { default: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] }),
    allowedHeaders: Type.Optional(Type.Array(Type.String())),
    exposedHeaders: Type.Array(Type.String(), { default: ['Location', 'X-Request-ID'] }),
    credentials: Type.Boolean({ default: false }),
    maxAge: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
)

/**
 * Cross-origin requests. A true preflight (OPTIONS with Origin and Access-Control-Request-Method) is answered before the
 * key is checked, since browsers send none with it; any other OPTIONS goes the way of all requests.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION when no origin is named, or everybody's origin is to get cookies.
 */
export function cors(options: CorsOptions): ServiceModule {
  const parsed = parseOptions(Options, options, 'withCors()')
  if (parsed.credentials && [parsed.origin].flat().includes('*')) {
    throw new InvalidOptionError("withCors(): with credentials, name the origins; '*' is not allowed.")
  }
  return {
    name: 'cors',
    order: 'early',
    after: ['monitoring', 'logging'],
    async plugin(app) {
      await app.register(fastifyCors, {
        delegator: (
          request: FastifyRequest,
          done: (error: Error | null, options: FastifyCorsOptions) => void,
        ) => done(null, { ...parsed, preflight: isPreflight(request) }),
      })
    },
  }
}

function isPreflight({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined
}
