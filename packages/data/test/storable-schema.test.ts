import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { UlidSchema } from '@chapkit/data'
import { storableSchema } from '../src/storable-schema.ts'

const TEXT = '^[^\\u0000]*$'
const JSON_SCHEMA = expect.objectContaining({ $id: 'Json' })
const OPEN = { propertyNames: { pattern: TEXT }, additionalProperties: JSON_SCHEMA }

test.each([
  ['a text', Type.String(), { type: 'string', pattern: TEXT }],
  [
    'a text with a pattern',
    Type.String({ pattern: '^a' }),
    { type: 'string', pattern: '^a', allOf: [{ pattern: TEXT }] },
  ],
  ['an id', UlidSchema, { ...UlidSchema }],
  ['a text of few', { type: 'string', enum: ['a'] }, { type: 'string', enum: ['a'] }],
  ['a constant', { type: 'string', const: 'a' }, { type: 'string', const: 'a' }],
  ['a time', { type: 'string', format: 'date-time' }, { type: 'string', format: 'date-time' }],
  ['a text or null', { type: ['string', 'null'] }, { type: ['string', 'null'], pattern: TEXT }],
  ['a number', Type.Number({ minimum: 1 }), { type: 'number', minimum: 1 }],
  ['a list', Type.Array(Type.String()), { type: 'array', items: { type: 'string', pattern: TEXT } }],
  ['a list of anything', { type: 'array' }, { type: 'array', items: JSON_SCHEMA }],
  ['anything', Type.Unknown({ title: 'Any' }), { title: 'Any', allOf: [JSON_SCHEMA] }],
  [
    'one of two',
    Type.Union([Type.Null(), Type.String()]),
    { anyOf: [{ type: 'null' }, { type: 'string', pattern: TEXT }] },
  ],
  [
    'an object',
    Type.Object({ a: Type.String() }),
    { type: 'object', required: ['a'], properties: { a: { type: 'string', pattern: TEXT } }, ...OPEN },
  ],
  ['a record', { type: 'object', additionalProperties: true }, { type: 'object', ...OPEN }],
  [
    'a closed object',
    { type: 'object', properties: { a: true }, additionalProperties: false },
    { type: 'object', properties: { a: JSON_SCHEMA }, additionalProperties: false },
  ],
])('%s', (_what, schema, expected) => {
  expect(JSON.parse(JSON.stringify(storableSchema(schema)))).toEqual(expected)
})

test('a schema is left as it was', () => {
  const schema = Type.Object({ list: Type.Array(Type.Unknown()) })
  const before = JSON.stringify(schema)
  storableSchema(schema)
  expect(JSON.stringify(schema)).toBe(before)
})
