import { expect, test } from 'vitest'
import { parsePython } from '../src/startup/python-expression.ts'

test('a chain of calls is read from the inside out', () => {
  expect(parsePython("ServiceBuilder(info=info).with_app('apps/dash', prefix=None).build()")).toEqual({
    kind: 'call',
    callee: {
      kind: 'attribute',
      name: 'build',
      of: {
        kind: 'call',
        callee: {
          kind: 'attribute',
          name: 'with_app',
          of: {
            kind: 'call',
            callee: { kind: 'name', name: 'ServiceBuilder' },
            args: [],
            named: { info: { kind: 'name', name: 'info' } },
          },
        },
        args: [{ kind: 'value', value: 'apps/dash' }],
        named: { prefix: { kind: 'value', value: null } },
      },
    },
    args: [],
    named: {},
  })
})

test.each([
  ["('a', 'b')", { kind: 'list', items: [value('a'), value('b')] }],
  ["('a',)", { kind: 'list', items: [value('a')] }],
  ["('a')", value('a')],
  ['[1, -2.5,]', { kind: 'list', items: [value(1), value(-2.5)] }],
  ["{'a b': ok}", { kind: 'dict', entries: [[value('a b'), { kind: 'name', name: 'ok' }]] }],
  ['"it\'s\\n"', value("it's\n")],
  ['True', value(true)],
])('%s', (text, expected) => {
  expect(parsePython(text)).toEqual(expected)
})

test.each(['f(', 'a b', 'lambda: 1', "{'a'}", '1 + 1', ''])('%s is not understood, and says so', (text) => {
  expect(() => parsePython(text)).toThrow(/^Python that is not understood/)
})

function value(of: unknown) {
  return { kind: 'value', value: of }
}
