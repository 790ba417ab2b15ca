import { expect, test } from 'vitest'
import { filesIn, readText } from './helpers/pages.ts'

/** Not an event: a column. */
const COLUMN = 'artifacts.id'

test('every event that the packages log is documented, and no other', () => {
  const sources = filesIn('packages', '.ts').filter((path) => path.includes('/src/'))
  const logged = sources
    .flatMap((path) => [
      ...readText(path).matchAll(
        /(?<!Symbol(?:\.for)?\()'((?:auth|http|app|artifacts|database|service|chapkit)(?:\.[a-z_]+)+)'/g,
      ),
    ])
    .map(([, event = '']) => event)
    .filter((event) => event !== COLUMN)
  const tables = readText('docs/guide/authentication.md') + readText('docs/guide/logging.md')
  const documented = [...tables.matchAll(/^\| `([a-z_]+(?:\.[a-z_]+)+)`/gm)].map(([, event = '']) => event)
  expect(documented.toSorted()).toEqual([...new Set(logged)].toSorted())
})
