import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildService, compose, parseServiceInfo, type ServiceInfo, type ServiceModule } from '@chapkit/core'
import { captureLog, closing } from '@chapkit/testing'
import { onTestFinished } from 'vitest'

/** A service with the given info and modules, and its log; closed when the test ends. */
export function describedService(info: ServiceInfo, modules: readonly ServiceModule[] = []) {
  const log = captureLog()
  const definition = {
    info: parseServiceInfo(info),
    modules: compose(modules),
    server: { logStream: log.stream },
  }
  return { app: closing(buildService(definition)), log }
}

/** A new folder with the given files (by path; a `{ link }` is a symbolic link), removed when the test ends. */
export function folderOf(files: Readonly<Record<string, string | { link: string }>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'chapkit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    if (typeof content === 'string') writeFileSync(path, content)
    else symlinkSync(content.link, path)
  }
  return folder
}

/** Text of a manifest.json. */
export function manifest(members: object = {}): string {
  return JSON.stringify({ name: 'Dash', version: '1.0.0', prefix: '/dash', ...members })
}
