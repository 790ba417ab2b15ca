import { Ajv, type Options } from 'ajv'
import formats from 'ajv-formats'
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'

const COMMON: Options = {
  useDefaults: true,
  removeAdditional: false,
  allErrors: true,
  // TypeBox's own keywords (`~kind`) are no JSON Schema.
  strict: false,
  addUsedSchema: false,
}

/**
 * Validates requests: defaults are filled in and unknown members kept. Values in a path, a query or a header are text, so
 * they are coerced; a body says what it means, so `"7"` is no number there.
 */
export function validatorCompiler(app: FastifyInstance): FastifySchemaCompiler<object> {
  const body = ajv({ ...COMMON, coerceTypes: false })
  const text = ajv({ ...COMMON, coerceTypes: 'array' })
  let shared = 0
  return ({ schema, httpPart }) => {
    const schemas = Object.values(app.getSchemas()) as object[]
    for (const added of schemas.slice(shared)) {
      body.addSchema(added)
      text.addSchema(added)
    }
    shared = schemas.length
    return (httpPart === 'body' ? body : text).compile(schema)
  }
}

function ajv(options: Options): Ajv {
  const instance = new Ajv(options)
  // The package is CommonJS: its function is both the module and its default export.
  formats.default(instance)
  return instance
}
