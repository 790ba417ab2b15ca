import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../static/', import.meta.url))

/** Folder of all static apps, of which some are broken on purpose. */
export const staticApps = FOLDER

/** Folder of one static app. */
export function staticApp(name: string): string {
  return `${FOLDER}${name}`
}
