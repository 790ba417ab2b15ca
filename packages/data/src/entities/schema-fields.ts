import { InvalidOptionError } from '@chapkit/core'
import type { TObject } from 'typebox'
import type { Field, FieldKind, Fields } from './fields.ts'

type JsonSchema = Readonly<Record<string, unknown>>

/** Names that every entity has already, in code or in the table. */
const RESERVED = new Set(['id', 'version', 'createdAt', 'updatedAt', 'created_at', 'updated_at'])

/** Names that PostgreSQL has given to columns of its own in every table. */
const OF_POSTGRES = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'])

/**
 * The fields of a schema: one for each of its members, in a column of the same name.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for a member whose name is no name of a column in all databases, or is taken.
 */
export function schemaFields(schema: TObject): Fields {
  const required = new Set((schema as { required?: readonly string[] }).required)
  const fields: Record<string, Field> = {}
  // SQLite takes 'Title' and 'title' for one column.
  const taken = new Map([...RESERVED].map((name) => [name.toLowerCase(), name]))
  for (const [name, member] of Object.entries(schema.properties)) {
    if (RESERVED.has(name)) {
      throw new InvalidOptionError(
        `defineEntity(): '${name}' is a member of every entity; rename it in the schema.`,
      )
    }
    if (!/^[A-Za-z_]\w{0,62}$/.test(name)) {
      throw new InvalidOptionError(
        `defineEntity(): '${name}' cannot be the name of a column; use letters, digits and '_', 63 at most.`,
      )
    }
    const other = taken.get(name.toLowerCase())
    if (other !== undefined) {
      throw new InvalidOptionError(
        `defineEntity(): '${name}' and '${other}' differ in upper and lower case only, which not all databases tell apart; rename one.`,
      )
    }
    if (OF_POSTGRES.has(name)) {
      throw new InvalidOptionError(
        `defineEntity(): '${name}' is a column that PostgreSQL has in every table; rename it in the schema.`,
      )
    }
    taken.set(name.toLowerCase(), name)
    fields[name] = fieldOf(name, member as JsonSchema, required.has(name))
  }
  return fields
}

function fieldOf(column: string, schema: JsonSchema, isRequired: boolean): Field {
  const alternatives = Array.isArray(schema['anyOf']) ? (schema['anyOf'] as JsonSchema[]) : [schema]
  const kinds = new Set(alternatives.filter(({ type }) => type !== 'null').map(kindOf))
  const isNullable = alternatives.some(({ type }) => type === 'null')
  const [kind = 'json'] = kinds
  // An SQL NULL stands for one thing only: for null, or for a member that is not there.
  if (kinds.size !== 1 || kind === 'json' || (isNullable && !isRequired)) return { column, kind: 'json' }
  return isNullable ? { column, kind, absent: 'null' } : { column, kind }
}

function kindOf({ type, const: constant, enum: values }: JsonSchema): FieldKind {
  if (type === 'string') return 'text'
  if (type === 'number' || type === 'integer') return 'number'
  if (type === 'boolean') return 'boolean'
  const samples = Array.isArray(values) ? values : [constant]
  return samples.every((sample) => typeof sample === 'string') ? 'text' : 'json'
}
