import type { ServiceModule } from '../service-module.ts'
import { appRoutes } from './app-routes.ts'
import type { AppDeclaration, StaticApp } from './load-app.ts'

/**
 * Serves static apps. Of two with the same prefix the later one is served, at the later one's place in the list. Routes that
 * the service has already win over the files of an app.
 *
 * @param found - What {@link loadApp} and {@link discoverApps} gave, in the order of the calls.
 */
export function apps(found: readonly AppDeclaration[]): ServiceModule {
  return {
    name: 'apps',
    order: 'late',
    plugin(app) {
      const served = new Map<string, StaticApp>()
      for (const one of found) {
        if ('skipped' in one) {
          app.log.warn({ folder: one.folder, reason: one.skipped }, 'app.skipped')
          continue
        }
        const base = basePath(one)
        served.delete(base)
        served.set(base, one)
      }
      for (const [base, one] of served) {
        app.kernel.apps.push(one.entry)
        appRoutes(app, base, one)
      }
    },
  }
}

/** The prefix without the slash at its end: '' for '/'. */
function basePath({ entry }: StaticApp): string {
  return entry.prefix.replace(/\/$/, '')
}
