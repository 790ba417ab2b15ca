import { chooseCores, startLoad } from './child-process.ts'
import { keyHeader, listContender, sentKey } from './contenders.ts'
import { Databases } from './databases.ts'
import { type Server, startServer } from './server.ts'
import { ratios, spread, withQuartiles } from './statistics.ts'
import { table } from './table.ts'
import { ask, CONFIGS } from './targets.ts'

/** How much is measured. */
export interface ListPlan {
  readonly rounds: number
  /** Requests of one measurement. */
  readonly requests: number
}

/** What lists of a large table cost. */
export interface ListResult {
  readonly table: string
  readonly sentence: string
}

/** Items on a page. */
export const PAGE_SIZE = 50

/** What the last page by key may cost, in parts of what the first does. */
const LIMIT = 1.3

interface ListPage {
  readonly title: string
  readonly path: string
}

/** Measures the first and the last page of a table of so many configs, by key and by number, in turn. */
export async function measureLists(rows: number, plan: ListPlan): Promise<ListResult> {
  const databases = new Databases()
  const cores = chooseCores()
  const load = startLoad(cores)
  let server: Server | undefined
  try {
    const url = await databases.create('sqlite')
    server = await startServer(listContender, [url, String(rows)], cores?.server)
    const pages = await pagesOf(server.origin, rows)
    const samples = pages.map((): number[] => [])
    const headers = keyHeader(listContender, sentKey)
    for (const { path } of pages) await server.send(load, { paths: [path], headers }, plan.requests)
    for (let round = 0; round < plan.rounds; round++)
      for (const [index, { path }] of pages.entries())
        samples[index]?.push(await server.cpuPerRequest(load, { paths: [path], headers }, plan.requests))
    return report(rows, pages, samples)
  } finally {
    await server?.stop()
    await load.stop()
    await databases.remove()
  }
}

async function pagesOf(origin: string, rows: number): Promise<ListPage[]> {
  const last = Math.ceil(rows / PAGE_SIZE)
  const before = JSON.parse((await ask(`${origin}${CONFIGS}?page=${last - 1}&size=${PAGE_SIZE}`)).body) as {
    items: { id: string }[]
  }
  return [
    { title: 'first page by key', path: `${CONFIGS}?limit=${PAGE_SIZE}` },
    { title: 'last page by key', path: `${CONFIGS}?after=${before.items.at(-1)?.id}&limit=${PAGE_SIZE}` },
    { title: 'first page by number', path: `${CONFIGS}?page=1&size=${PAGE_SIZE}` },
    { title: 'last page by number', path: `${CONFIGS}?page=${last}&size=${PAGE_SIZE}` },
  ]
}

function report(
  rows: number,
  pages: readonly ListPage[],
  samples: readonly (readonly number[])[],
): ListResult {
  const [first = [], last = []] = samples
  const cost = spread(ratios(last, first))
  return {
    table: table(
      [
        `page of ${PAGE_SIZE} of ${rows.toLocaleString('en')} configs`,
        'CPU µs a request',
        '÷ first page by key (quartiles)',
      ],
      pages.map(({ title }, index) => [
        title,
        spread(samples[index] ?? []).median.toFixed(0),
        withQuartiles(spread(ratios(samples[index] ?? [], first))),
      ]),
    ),
    sentence:
      `The last page by key costs ${withQuartiles(cost)} of what the first does; the limit is ${LIMIT}: ` +
      `${cost.median <= LIMIT ? 'kept' : 'NOT kept'}.`,
  }
}
