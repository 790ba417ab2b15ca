import { type Static, type TObject, Type } from 'typebox'
import { complete, faultsOf, type SchemaFault } from './check-schema.ts'
import { InvalidOptionError } from './errors.ts'

/**
 * Checks what a user passed against the schema of the options, fills in the defaults and freezes the result.
 * Functions and instances of classes stay the user's own; plain objects and lists are copied, and may be frozen.
 *
 * @param call - How the user calls it, for the error text: `withHealth()`.
 * @throws CHAPKIT_ERR_INVALID_OPTION (a TypeError) that names the option, what it must be, and the options there are.
 */
export function parseOptions<Schema extends TObject>(
  schema: Schema,
  value: unknown,
  call: string,
): Readonly<Static<Schema>> {
  const options = complete(schema, value)
  const [fault] = faultsOf(schema, options)
  if (fault) throw new InvalidOptionError(`${call}: ${describe(schema, fault)}`)
  return Object.freeze(options as Static<Schema>)
}

/** An option that JSON Schema cannot describe (a function, an instance): a type, a test and what to say when it fails. */
export function checkedOption<T>(check: (value: unknown) => boolean, mustBe: string, defaultValue?: T) {
  const options = defaultValue === undefined ? {} : { default: defaultValue }
  return Type.Refine(Type.Unsafe<T>(options), check, () => `must be ${mustBe}`)
}

/** An option that takes a function. */
export function functionOption<T>() {
  return checkedOption<T>((value) => typeof value === 'function', 'a function')
}

/** An option that takes a URL path: it starts with a slash, does not end with one, and has no white space, `?`, `#`, `:` or `*`. */
export function pathOption(options: { default?: string } = {}) {
  return Type.Refine(
    Type.String(options),
    (value) => /^(\/[^\s/?#:*]+)+$/.test(value),
    (value) =>
      `must be a path such as '/health': it starts with '/' and does not end with it (got '${value}')`,
  )
}

function describe(schema: TObject, fault: SchemaFault): string {
  const known = Object.keys(schema.properties)
  const options = known.length > 0 ? `Options: ${known.join(', ')}.` : 'It has no options.'
  if (fault.keyword === 'additionalProperties') {
    const unknown = fault.params.additionalProperties
    return `unknown option '${unknown.join("', '")}'. ${options}`
  }
  if (fault.keyword === 'required') {
    const missing = fault.params.requiredProperties
    return `option '${missing.join("', '")}' is missing. ${options}`
  }
  const name = fault.instancePath.slice(1).replaceAll('/', '.')
  return name === '' ? `${fault.message} (${options})` : `option '${name}' ${fault.message}`
}
