import type { Session } from 'node:inspector'

/** Bytes of a heap whose collection would take too long: it is then the service's own data, not garbage, that fills it. */
const LARGE = 128 * 2 ** 20

/**
 * In production (`NODE_ENV`), collects the garbage of the start, and gives its memory back to the system: some 40 MiB. V8 makes its
 * young generation large while more than a thousand modules load, and leaves holes in the old one; and it keeps both for as long as
 * there is something to do.
 *
 * It takes about 0.1 s, in which nothing else runs, and 0.2 s at most: a large heap is left as it is. The inspector's is the one
 * collection that shrinks the heap and needs no flag at the start of the process; no port is opened for it. Where Node has no
 * inspector, does not permit it, or somebody else may look through it, nothing happens.
 */
export async function compactHeap(): Promise<void> {
  if (process.env['NODE_ENV'] !== 'production' || process.memoryUsage().heapUsed > LARGE) return
  const session = await connect()
  if (!session) return
  // Not within its answer: there the session is still in use.
  await new Promise<void>((resolve) => {
    session.post('HeapProfiler.collectGarbage', () => setImmediate(resolve))
  })
  session.disconnect()
}

async function connect(): Promise<Session | undefined> {
  try {
    const inspector = await import('node:inspector')
    if (inspector.url() !== undefined) return undefined
    const session = new inspector.Session()
    session.connect()
    return session
  } catch {
    return undefined
  }
}
