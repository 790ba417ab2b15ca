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
 * A copy of a value, with the defaults of the members that it lacks. Functions and instances of classes are not copied.
 *
 * @param schema - Its defaults count where members of objects have them, at any depth; not within unions and lists.
 */
export function complete(schema: TSchema | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => complete(undefined, item))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value
  }
  const { properties = {} } = (schema ?? {}) as {
    properties?: Record<string, TSchema & { default?: unknown }>
  }
  const copy: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) copy[name] = complete(properties[name], member)
  for (const [name, property] of Object.entries(properties)) {
    if (copy[name] === undefined && property.default !== undefined)
      copy[name] = complete(property, property.default)
  }
  return copy
}
