import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Path of the command `schemathesis`: that of `.venv` in the root of the repository, else the one on the PATH. */
export function findSchemathesis(): string {
  const folders = [join(root, '.venv/bin'), ...(process.env['PATH'] ?? '').split(delimiter)]
  const found = folders.map((folder) => join(folder, 'schemathesis')).find(isExecutable)
  if (found !== undefined) return found
  throw new Error(
    'schemathesis is not installed. It is a Python program: `python3 -m venv .venv && .venv/bin/pip install ' +
      'schemathesis==4.32.5` puts it where this looks for it, as does the PATH.',
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
