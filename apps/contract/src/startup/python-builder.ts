import { ServiceBuilder } from 'chapkit'
import { AppConfig, BaseConfig } from '../services/config-schemas.ts'
import { unnamedLevels } from '../services/hierarchies.ts'
import { exploding, healthy, slow } from '../services/health-checks.ts'
import { bareInfo } from '../services/infos.ts'
import { staticApp } from '../services/static-apps.ts'
import { camelCase } from './camel-case.ts'
import { type Expression, parsePython } from './python-expression.ts'

type Method = (this: unknown, ...args: readonly unknown[]) => unknown
type NewBuilder = new (...args: readonly unknown[]) => object

/** Names that the recorded expressions use. */
const SCOPE = new Map<string, unknown>([
  ['info', bareInfo],
  ['BaseConfig', BaseConfig],
  ['AppConfig', AppConfig],
  ['H', unnamedLevels],
  ['hierarchy', unnamedLevels],
  ['R', {}],
  ['ok', healthy],
  ['healthy', healthy],
  ['degraded', slow],
  ['boom', exploding],
  ['raises', exploding],
])

/** Arguments that are named in Python and placed here; all others are options. */
const PLACED: Readonly<Record<string, readonly string[]>> = {
  ServiceBuilder: ['info'],
  withApp: ['path', 'prefix'],
  withApps: ['path'],
  withConfig: ['schema'],
  withDatabase: ['url'],
}

/**
 * Does in TypeScript what a recorded expression does in Python: snake_case becomes camelCase, keyword arguments become
 * options, and a folder of `apps/` the one of this app.
 *
 * @returns the builder or the service at the end of the chain.
 */
export function buildFromPython(text: string): unknown {
  const result = evaluate(parsePython(text))
  // ServiceInfo is a plain object here: the builder checks it.
  return isInfo(text) ? new (ServiceBuilder as unknown as NewBuilder)(result) : result
}

function isInfo(text: string): boolean {
  return /^\w*ServiceInfo\(/.test(text.trim())
}

function evaluate(expression: Expression): unknown {
  switch (expression.kind) {
    case 'value':
      return expression.value
    case 'list':
      return expression.items.map(evaluate)
    case 'dict':
      return Object.fromEntries(
        expression.entries.map(([key, value]) => [String(evaluate(key)), evaluate(value)]),
      )
    case 'name':
      if (!SCOPE.has(expression.name)) throw new ReferenceError(`Nothing is known as ${expression.name}.`)
      return SCOPE.get(expression.name)
    case 'attribute':
      throw new SyntaxError(`The attribute ${expression.name} is not called.`)
    default:
      return call(expression)
  }
}

function call({ callee, args, named }: Expression & { kind: 'call' }): unknown {
  const options = Object.fromEntries(
    Object.entries(named)
      .map(([name, value]) => [camelCase(name), evaluate(value)] as const)
      // None means that an option is not given.
      .filter(([, value]) => value !== null),
  )
  if (callee.kind === 'attribute') {
    const target = evaluate(callee.of) as Record<string, Method | undefined>
    const name = camelCase(callee.name)
    const method = target[name]
    if (!method) throw new ReferenceError(`The builder has no ${name}().`)
    return method.apply(target, place(name, args.map(evaluate), options))
  }
  if (callee.kind !== 'name') throw new SyntaxError('What is called has no name.')
  if (callee.name.endsWith('ServiceInfo')) return options
  if (callee.name === 'ServiceBuilder')
    return new (ServiceBuilder as unknown as NewBuilder)(...place(callee.name, args.map(evaluate), options))
  throw new ReferenceError(`Nothing is known as ${callee.name}().`)
}

function place(name: string, args: readonly unknown[], named: Record<string, unknown>): unknown[] {
  const options = { ...named }
  const placed = (PLACED[name] ?? []).map((parameter, index) => {
    const value = args[index] ?? options[parameter] ?? undefined
    delete options[parameter]
    if (parameter === 'url' && typeof value === 'string') return databaseUrl(value)
    return parameter === 'path' && typeof value === 'string' ? appFolder(value) : value
  })
  const rest = args.slice(placed.length)
  const all = Object.keys(options).length > 0 ? [...placed, ...rest, options] : [...placed, ...rest]
  while (all.length > 0 && all.at(-1) === undefined) all.pop()
  return all
}

/** SQLAlchemy names a driver, and the memory by a path. */
function databaseUrl(url: string): string {
  return url.replace(/^sqlite\+\w+:/, 'sqlite:').replace(/^sqlite:\/\/\/?(?=:memory:|$)/, 'sqlite:')
}

function appFolder(path: string): string {
  const [, name] = /^(?:services\/)?apps\/(.+)$/.exec(path) ?? []
  return name === undefined ? path : staticApp(name)
}
