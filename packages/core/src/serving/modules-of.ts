import type { ServiceModule } from '../service-module.ts'

/** Where the plugin of a service carries its modules. Registered, so that another copy of this package finds it, too. */
export const MODULES = Symbol.for('chapkit.modules')

/** The modules of a service, read off what `service.plugin()` gave; undefined for anything else. Nothing is started. */
export function modulesOf(plugin: unknown): readonly ServiceModule[] | undefined {
  if (typeof plugin !== 'function' || !(MODULES in plugin)) return undefined
  return plugin[MODULES] as readonly ServiceModule[]
}
