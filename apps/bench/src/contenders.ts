/** A server that is measured: `GET /hello` answers `{"message":"hello"}`, with a key in `X-API-Key` where it asks for one. */
export interface Contender {
  /** What `--only` calls it. */
  readonly name: string
  /** What the tables call it. */
  readonly title: string
  /** The file in `servers/` that starts it. */
  readonly server: 'node-http' | 'fastify' | 'fastify-logging' | 'nest' | 'express' | 'chapkit'
  /** How many keys it knows; 0 means that everybody may come in. */
  readonly keys: number
  /** For our service: every module that a service can have is on, and requests are logged. */
  readonly everything?: true
}

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
  { name: 'nest', title: 'NestJS on Fastify, key guard', server: 'nest', keys: 10 },
  { name: 'express', title: 'Express, key check', server: 'express', keys: 10 },
]

/** Keys for a service: as many as are asked for, the one that the load sends last. */
export function keysOf(contender: Contender): string[] {
  return Array.from({ length: contender.keys }, (_, index) =>
    index === contender.keys - 1 ? sentKey : `bench-key-${String(index).padStart(20, '0')}`,
  )
}

/** The key that is sent with every request, to those too that ask for none: all get the same bytes. */
export const sentKey = 'bench-key-which-the-load-sends'
