import type { ApiKeyStatus } from '@chapkit/auth'
import { parseOptions, pathOption, type ServiceApp, type ServiceModule } from '@chapkit/core'
import {
  crudRoutes,
  EntityParamsSchema,
  entityTag,
  idOf,
  locationOf,
  problems,
  readIfMatch,
  routeOptions,
} from '@chapkit/data'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { DatabaseKeyStore } from './database-keys.ts'
import { KeyStoreError } from './errors.ts'
import { KeyManager } from './key-manager.ts'
import {
  KeyInputSchema,
  KeySchema,
  NewKeyInputSchema,
  NewKeySchema,
  RotationSchema,
  toWire,
} from './key-schemas.ts'
import { ADMIN_SCOPE } from './key-table.ts'
import type { NewKey } from './stored-key.ts'

/** Options of `withKeysApi()`. */
export interface KeysApiOptions {
  /** Path of the collection. Default: `/api/v1/keys`. */
  readonly prefix?: string
  /** Tags of the operations in the OpenAPI document. Default: `['Keys']`. */
  readonly tags?: readonly string[]
}

const Options = Type.Object(
  {
    prefix: pathOption({ default: '/api/v1/keys' }),
    tags: Type.Array(Type.String(), { default: ['Keys'] }),
  },
  { additionalProperties: false },
)

const SCOPES = Object.freeze([ADMIN_SCOPE])

/**
 * Routes to manage the keys of `databaseKeys()`, for keys with the scope `keys:admin` alone.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid. The start fails with CHAPKIT_ERR_KEY_STORE
 * where keys are not in the database.
 */
export function keysApi(options: KeysApiOptions = {}): ServiceModule {
  const { prefix, tags } = parseOptions(Options, options, 'withKeysApi()')
  return {
    name: 'keys-api',
    needs: ['auth'],
    async plugin(app) {
      const { store } = (app as ServiceApp<{ apiKeys: ApiKeyStatus }>).apiKeys
      if (!(store instanceof DatabaseKeyStore)) {
        throw new KeyStoreError(
          'withKeysApi() manages keys in the database: use withAuth({ store: databaseKeys() }), or leave it out.',
        )
      }
      await app.register(
        async (scope) => keyRoutes(scope as unknown as ServiceApp, new KeyManager(store), tags),
        { prefix },
      )
    },
  }
}

function keyRoutes(app: ServiceApp, manager: KeyManager, tags: readonly string[]): void {
  // What is answered once must be nowhere else, and no list of keys in a cache.
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store')
    done()
  })
  crudRoutes(app, {
    manager,
    permissions: { create: false, read: true, update: true, delete: true },
    description: { name: 'key', plural: 'keys', tags, input: KeyInputSchema, output: KeySchema },
    scopes: { read: SCOPES, write: SCOPES },
    toWire,
  })
  const route = routeOptions(app)
  app.post('', route(creation(tags), SCOPES), async (request, reply) =>
    sendNew(request, reply, await manager.create(request.body)),
  )
  app.post('/:entity_id/$rotate', route(rotation(tags), SCOPES), async (request, reply) => {
    const options = { ifVersions: readIfMatch(request) }
    return sendNew(request, reply, await manager.rotate(idOf(request), request.body, options))
  })
}

function sendNew(request: FastifyRequest, reply: FastifyReply, key: NewKey): object {
  reply
    .code(201)
    .header('location', locationOf(request, request.server.prefix, key.id))
    .header('etag', entityTag(key.version))
  return toWire(key)
}

const ONCE = 'The key is in this answer, and never again. `Idempotency-Key` has no effect: no answer is kept.'

function creation(tags: readonly string[]) {
  return {
    ...operation(tags, 'createKey', 'Make a key', NewKeyInputSchema),
    response: { 201: NewKeySchema, ...problems('key', 413, 415, 422) },
  }
}

function rotation(tags: readonly string[]) {
  return {
    ...operation(
      tags,
      'rotateKey',
      'Make a key that may do what this one may, which ends after a while',
      RotationSchema,
    ),
    optionalBody: true,
    params: EntityParamsSchema,
    response: { 201: NewKeySchema, ...problems('key', 400, 404, 409, 412, 413, 415, 422) },
  }
}

function operation(tags: readonly string[], operationId: string, summary: string, body: TSchema) {
  return { tags, operationId, summary, description: ONCE, body }
}
