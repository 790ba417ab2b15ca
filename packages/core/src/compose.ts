import { CompositionError } from './errors.ts'
import type { ServiceModule } from './service-module.ts'

/**
 * Checks the modules of a service and puts them in order: what a module needs comes before it, then it goes by `order`; ties
 * keep their order.
 *
 * @throws CHAPKIT_ERR_COMPOSITION when a module is given twice, misses one that it needs, or is part of a cycle.
 */
export function compose(modules: readonly ServiceModule[]): ServiceModule[] {
  const byName = new Map<string, ServiceModule>()
  for (const module of modules) {
    if (byName.has(module.name))
      throw new CompositionError(`Module '${module.name}' is given twice; call ${callOf(module.name)} once.`)
    byName.set(module.name, module)
  }
  for (const module of modules) checkNeeds(module, byName)

  const ordered = new Set<ServiceModule>()
  const place = (module: ServiceModule, path: readonly ServiceModule[]): void => {
    if (ordered.has(module)) return
    if (path.includes(module)) {
      const cycle = [...path.slice(path.indexOf(module)), module].map(({ name }) => name)
      throw new CompositionError(`Modules need each other in a circle: ${cycle.join(' → ')}.`)
    }
    for (const name of [...(module.needs ?? []), ...(module.after ?? [])]) {
      const needed = byName.get(name)
      if (needed) place(needed, [...path, module])
    }
    ordered.add(module)
  }
  for (const turn of ['early', undefined, 'late']) {
    for (const module of modules) if (module.order === turn) place(module, [])
  }
  return [...ordered]
}

function checkNeeds(module: ServiceModule, present: ReadonlyMap<string, ServiceModule>): void {
  const needs = module.needs ?? []
  const missing = needs.filter((name) => !present.has(name))
  if (missing.length === 0) return
  throw new CompositionError(
    `${callOf(module.name)} needs ${list(needs.map(callOf))}; missing: ${list(missing.map(callOf))}`,
  )
}

/** How the builder's user calls a module: `withConfig()` for `config`. */
function callOf(name: string): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `with${words.join('')}()`
}

function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
