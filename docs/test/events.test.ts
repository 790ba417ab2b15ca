import { expect, test } from 'vitest'
import { filesIn, readText } from './helpers/pages.ts'

/** Not events: a column, and a name of OpenTelemetry. */
const OTHERS = new Set(['artifacts.id', 'service.name'])

/** Files with names that look like events: attributes of spans, and topics between a worker and its primary process. */
const WITHOUT_EVENTS = new Set([
  'packages/monitoring/src/traces/request-span.ts',
  'packages/core/src/workers/worker.ts',
])

test('every event that the packages log is documented, and no other', () => {
  const sources = filesIn('packages', '.ts').filter(
    (path) => path.includes('/src/') && !WITHOUT_EVENTS.has(path),
  )
  const logged = sources
    .flatMap((path) => [
      ...readText(path).matchAll(
        /(?<!Symbol(?:\.for)?\()'((?:auth|http|app|artifacts|database|overload|service|chapkit|monitoring|rate_limit)(?:\.[a-z_]+)+)'/g,
      ),
    ])
    .map(([, event = '']) => event)
    .filter((event) => !OTHERS.has(event))
  const tables =
    readText('docs/guide/authentication.md') +
    readText('docs/guide/logging.md') +
    readText('docs/guide/monitoring.md') +
    readText('docs/guide/rate-limits.md')
  const documented = [...tables.matchAll(/^\| `([a-z_]+(?:\.[a-z_]+)+)`/gm)].map(([, event = '']) => event)
  expect([...new Set(documented)].toSorted()).toEqual([...new Set(logged)].toSorted())
})
