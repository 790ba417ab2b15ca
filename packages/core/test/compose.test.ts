import { expect, test } from 'vitest'
import { compose, type ServiceModule } from '@chapkit/core'

const module = (name: string, needs?: string[], after?: string[]): ServiceModule => ({
  name,
  ...(needs && { needs }),
  ...(after && { after }),
  plugin: () => undefined,
})

const names = (modules: readonly ServiceModule[]) => compose(modules).map(({ name }) => name)

test('what a module needs comes before it, ties keep the order of the calls', () => {
  expect(
    names([module('ml', ['jobs', 'config']), module('b'), module('config'), module('jobs'), module('a')]),
  ).toEqual(['jobs', 'config', 'ml', 'b', 'a'])
})

test('a module goes after another where that is present, and does not miss it where it is not', () => {
  expect(names([module('auth', [], ['logging', 'cors']), module('logging')])).toEqual(['logging', 'auth'])
})

test('what is early comes first, what is late last', () => {
  const late = { ...module('late'), order: 'late' as const }
  const early = { ...module('early', ['base']), order: 'early' as const }
  expect(names([late, module('a'), module('base'), early])).toEqual(['base', 'early', 'a', 'late'])
})

test('a missing need is one sentence that names all', () => {
  const ml = module('ml', ['config', 'artifacts', 'jobs'])
  expect(() => compose([ml, module('config'), module('artifacts')])).toThrow(
    'withMl() needs withConfig(), withArtifacts() and withJobs(); missing: withJobs()',
  )
  expect(() => compose([module('landing-page', ['static-files'])])).toThrow(
    'withLandingPage() needs withStaticFiles(); missing: withStaticFiles()',
  )
})

test('a module that is given twice is refused', () => {
  expect(() => compose([module('auth'), module('auth')])).toThrow(
    expect.objectContaining({
      code: 'CHAPKIT_ERR_COMPOSITION',
      message: expect.stringContaining("'auth' is given twice"),
    }),
  )
})

test('a circle is refused with its way', () => {
  expect(() => compose([module('a', ['b']), module('b', ['c']), module('c', ['b'])])).toThrow(
    'Modules need each other in a circle: b → c → b.',
  )
})
