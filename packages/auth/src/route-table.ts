import type { FastifyInstance } from 'fastify'

/** A route as the router holds it. */
export interface TableRow {
  /** Methods and path: `GET, HEAD /health`. */
  readonly name: string
  /** Names of its onRequest hooks, as text. */
  readonly hooks: string
}

const ROUTE_LINE = /^([\s│├└─]*)([^\s│├└─]\S*) \(([A-Z, -]+)\)/
const HOOKS = '• (onRequest) '

/**
 * What the router itself holds: the one list that no route evades, however it was registered. Fastify gives it as a drawing
 * of a tree, with a line for each route, which shows the rest of its path, and one below it for its hooks.
 */
export function routeTable(app: FastifyInstance): TableRow[] {
  const lines = app.printRoutes({ commonPrefix: false, includeMeta: ['onRequest'] }).split('\n')
  const parents: { readonly indent: number; readonly path: string }[] = []
  return lines.flatMap((line, index) => {
    const [, { length: indent } = '', rest = '', methods = ''] = ROUTE_LINE.exec(line) ?? []
    if (methods === '') return []
    while ((parents.at(-1)?.indent ?? -1) >= indent) parents.pop()
    const path = (parents.at(-1)?.path ?? '') + rest
    parents.push({ indent, path })
    const [, hooks = ''] = (lines[index + 1] as string).split(HOOKS)
    return [{ name: `${methods} ${path}`, hooks }]
  })
}
