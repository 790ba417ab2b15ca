/** A server that is measured, with a key in `X-API-Key` where it asks for one. */
export interface Contender {
  /** What `--only` calls it. */
  readonly name: string
  /** What the tables call it. */
  readonly title: string
  /** The file in `servers/` that starts it. */
  readonly server:
    | 'node-http'
    | 'fastify'
    | 'fastify-logging'
    | 'nest'
    | 'express'
    | 'chapkit'
    | 'complete-stack'
    | 'naive-stack'
    | 'config'
  /** How many keys it knows; 0 means that everybody may come in. */
  readonly keys: number
  /** For our service: every module that a service can have is on, and requests are logged. */
  readonly everything?: true
  /** Whether it limits requests (`GET /limited` may be called once a day) and shows metrics at `/metrics`. */
  readonly stack?: true
  /** Header that takes the key. Default: `X-API-Key`. `Authorization` takes it as a bearer token. */
  readonly header?: 'authorization'
  /** Where it keeps configs. */
  readonly database?: DatabaseKind
  /** What it is asked. Default: `hello`, which is `GET /hello`, answered with `{"message":"hello"}`. */
  readonly task?: Task
}

/** A database that a server may have. */
export type DatabaseKind = 'sqlite' | 'postgres'

/** What is asked: a greeting, a config by its id, or to create a config. */
export type Task = 'hello' | 'get-config' | 'post-config'

export const contenders: readonly Contender[] = [
  { name: 'node-http', title: 'node:http, bare', server: 'node-http', keys: 0 },
  { name: 'fastify', title: 'Fastify, bare', server: 'fastify', keys: 0 },
  { name: 'fastify-again', title: 'Fastify, bare, a second time', server: 'fastify', keys: 0 },
  { name: 'fastify-logging', title: 'Fastify, its own request log on', server: 'fastify-logging', keys: 0 },
  { name: 'chapkit', title: 'chapkit, no auth, no logging', server: 'chapkit', keys: 0 },
  { name: 'chapkit-auth', title: 'chapkit, auth, 10 keys', server: 'chapkit', keys: 10 },
  { name: 'chapkit-1000-keys', title: 'chapkit, auth, 1,000 keys', server: 'chapkit', keys: 1_000 },
  { name: 'chapkit-100000-keys', title: 'chapkit, auth, 100,000 keys', server: 'chapkit', keys: 100_000 },
  {
    name: 'chapkit-everything',
    title: 'chapkit, everything on',
    server: 'chapkit',
    keys: 10,
    everything: true,
  },
  {
    name: 'complete-stack',
    title: 'chapkit, complete stack',
    server: 'complete-stack',
    keys: 10,
    stack: true,
  },
  {
    name: 'naive-stack',
    title: 'Fastify, plugins for the same',
    server: 'naive-stack',
    keys: 10,
    stack: true,
    header: 'authorization',
  },
  ...configContenders('sqlite', 'SQLite'),
  ...configContenders('postgres', 'PostgreSQL'),
  { name: 'nest', title: 'NestJS on Fastify, key guard', server: 'nest', keys: 10 },
  { name: 'express', title: 'Express, key check', server: 'express', keys: 10 },
]

function configContenders(database: DatabaseKind, title: string): Contender[] {
  const common = { server: 'config', keys: 10, database } as const
  return [
    { ...common, name: `get-config-${database}`, title: `chapkit, GET config, ${title}`, task: 'get-config' },
    {
      ...common,
      name: `post-config-${database}`,
      title: `chapkit, POST config, ${title}`,
      task: 'post-config',
    },
  ]
}

/** The service whose lists are measured. */
export const listContender: Contender = { name: 'lists', title: 'Lists', server: 'config', keys: 10 }

/** Keys for a service: as many as are asked for, the one that the load sends last. */
export function keysOf(contender: Contender): string[] {
  return Array.from({ length: contender.keys }, (_, index) =>
    index === contender.keys - 1 ? sentKey : `bench-key-${String(index).padStart(20, '0')}`,
  )
}

/** The key that is sent with every request, to those too that ask for none: all get the same bytes. */
export const sentKey = 'bench-key-which-the-load-sends'

/** A key that the complete stack knows, and that may not call what is measured. */
export const narrowKey = 'bench-key-of-another-scope'

/** The header that takes a key to a contender. */
export function keyHeader({ header }: Pick<Contender, 'header'>, key: string): Record<string, string> {
  return header === 'authorization' ? { authorization: `Bearer ${key}` } : { 'x-api-key': key }
}
