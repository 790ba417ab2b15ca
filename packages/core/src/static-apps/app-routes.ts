import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { FastifyReply } from 'fastify'
import { HIDDEN } from '../pages/page.ts'
import { Problem } from '../problems/problem.ts'
import { sendProblem } from '../problems/send-problem.ts'
import type { ServiceApp } from '../service-module.ts'
import { findFile } from './find-file.ts'
import type { StaticApp } from './load-app.ts'
import { sendFile } from './send-file.ts'

/**
 * Registers the routes of a static app: its entry at `<base>/`, its files below that. Where the entry needs no key, its files
 * need none either.
 *
 * @param base - The prefix, without a slash at its end.
 */
export function appRoutes(app: ServiceApp, base: string, { folder, entry }: StaticApp): void {
  const page = `${base}/`
  const serve = (url: string, partOf: string | undefined, file?: string) => {
    if (app.hasRoute({ method: 'GET', url })) return
    const config = partOf === undefined ? {} : { partOf }
    app.get(url, { ...HIDDEN, config }, (request, reply) =>
      sendAppFile(reply, folder, file ?? (request.params as { '*': string })['*']),
    )
  }

  serve(page, undefined, entry.entry)
  // The wildcard of an app at '/' matches every path that is no route: it must not be open because the page at '/' is. So
  // the files that are there when the service starts get routes of their own; those that come later need a key.
  const files = base === '' ? filesOf(folder) : []
  for (const file of files) serve(`/${file}`, page, file)
  serve(`${page}*`, base === '' ? undefined : page)
}

async function sendAppFile(reply: FastifyReply, folder: string, path: string): Promise<FastifyReply> {
  const found = await findFile(folder, path)
  if (found) return sendFile(reply, found.file, found.stats)
  return sendProblem(reply, new Problem('not-found', 'There is nothing at this path.'))
}

/** Paths of the files in a folder, without those that a route cannot spell (these are left to the wildcard). */
function filesOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (one) => !one.isDirectory(),
  )
  const paths = files.map((one) => relative(folder, join(one.parentPath, one.name)).replaceAll(sep, '/'))
  return paths.filter((path) => !/[?#%:*\\]|(^|\/)\./.test(path))
}
