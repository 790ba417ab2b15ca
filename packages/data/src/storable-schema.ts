import { UlidSchema } from './entities/entity-schema.ts'

// PostgreSQL cannot store NUL in text, so `copyJson()` refuses it. (Lone surrogates are no characters for JSON Schema.)
const STORABLE_TEXT = '^[^\\u0000]*$'

const { pattern: ULID_PATTERN } = UlidSchema as { pattern?: unknown }

/** Any JSON that can be stored. */
const StorableJson = {
  $id: 'Json',
  title: 'JSON',
  description: 'Any JSON without NUL in a text or a name',
  anyOf: [
    { type: ['null', 'boolean', 'number'] },
    { type: 'string', pattern: STORABLE_TEXT },
    { type: 'array', items: { $ref: 'Json#' } },
    { type: 'object', propertyNames: { pattern: STORABLE_TEXT }, additionalProperties: { $ref: 'Json#' } },
  ],
}

/**
 * The schema of a body as the OpenAPI document shows it: it leaves out what is refused since no database can store it, in
 * members that the schema does not name, too. The check itself needs no such schema: it is done by `copyJson()`, which says
 * what is wrong in better words.
 */
export function storableSchema(schema: object): object {
  return shown(schema) as object
}

const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const MAPS = ['properties', 'patternProperties', '$defs']
const SINGLE = ['items', 'additionalProperties']

function shown(schema: unknown): unknown {
  if (schema === true) return StorableJson
  if (!isRecord(schema)) return schema
  const copy: Record<string, unknown> = { ...schema }
  for (const keyword of LISTS) if (Array.isArray(copy[keyword])) copy[keyword] = copy[keyword].map(shown)
  for (const keyword of MAPS) if (isRecord(copy[keyword])) copy[keyword] = mapValues(copy[keyword], shown)
  for (const keyword of SINGLE) if (keyword in copy) copy[keyword] = shown(copy[keyword])
  const types = new Set([copy['type'] ?? []].flat())
  if (types.has('string')) addPattern(copy)
  if (types.has('array')) copy['items'] ??= StorableJson
  if (types.has('object') && copy['additionalProperties'] !== false) {
    copy['propertyNames'] ??= { pattern: STORABLE_TEXT }
    copy['additionalProperties'] ??= StorableJson
  }
  // Beside its own annotations, which are those of this place alone.
  return isOpen(copy) ? { ...copy, allOf: [StorableJson] } : copy
}

function addPattern(schema: Record<string, unknown>): void {
  const hasNoNul =
    'enum' in schema || 'const' in schema || 'format' in schema || schema['pattern'] === ULID_PATTERN
  if (hasNoNul) return
  if (schema['pattern'] === undefined) schema['pattern'] = STORABLE_TEXT
  else schema['allOf'] = [...((schema['allOf'] as unknown[] | undefined) ?? []), { pattern: STORABLE_TEXT }]
}

/** Whether the schema says nothing of what the value is. */
function isOpen(schema: Record<string, unknown>): boolean {
  return !['type', '$ref', 'enum', 'const', 'allOf', 'anyOf', 'oneOf', 'not'].some(
    (keyword) => keyword in schema,
  )
}

function mapValues(
  schemas: Record<string, unknown>,
  map: (schema: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, map(schema)]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
