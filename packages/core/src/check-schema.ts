import type { TSchema } from 'typebox'
// Not `typebox/value`, which is 100 modules more for what is done here.
import { Errors } from 'typebox/schema'

/** What is wrong with a value, and where. */
export type SchemaFault = ReturnType<typeof Errors>[1][number]

/** What is wrong with a value, as its schema has it, in words of JSON Schema. */
export function faultsOf(schema: TSchema, value: unknown): SchemaFault[] {
  // An unknown member is told twice: by name, and as one whose schema is `false`.
  return Errors(schema, value)[1].filter(({ keyword }) => keyword !== 'boolean')
}

/**
 * A copy of a value, with the defaults of the members that it lacks. What the schema says nothing of, and is no plain object or
 * list (a function, the instance of a class), stays what it is.
 *
 * @param schema - Its defaults count where members of objects have them, at any depth; not within unions and lists.
 */
export function complete(schema: TSchema | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => complete(undefined, item))
  const { properties }: { readonly properties?: Properties } = schema ?? {}
  if (typeof value !== 'object' || value === null || !(properties || isPlain(value))) return value
  // Not by assignment: a member named `__proto__` is to be one like the others.
  const copy = new Map<string, unknown>()
  for (const [name, property] of Object.entries(properties ?? {})) {
    if (property.default !== undefined) copy.set(name, complete(property, property.default))
  }
  for (const [name, member] of Object.entries(value)) {
    const property = properties && Object.hasOwn(properties, name) ? properties[name] : undefined
    if (member !== undefined || !copy.has(name)) copy.set(name, complete(property, member))
  }
  return Object.fromEntries(copy)
}

type Properties = Readonly<Record<string, TSchema & { readonly default?: unknown }>>

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype
}
