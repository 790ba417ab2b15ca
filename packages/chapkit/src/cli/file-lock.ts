import { randomInt, randomUUID } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { CommandFailure } from './failure.ts'

/** Milliseconds to wait for others. */
const PATIENCE = 15_000

/** Milliseconds after which the lock of a process that cannot be asked (of another machine) counts as left behind. */
const STALE_AFTER = 60_000

/**
 * Works while no other command does so with the same file: they all make `FILE.lock`, which only one can. A lock whose
 * process is gone is removed.
 *
 * @param work - Gets what throws when the lock was taken away meanwhile, since the work took too long.
 * @throws CommandFailure when the others take too long.
 */
export async function withFileLock<T>(
  path: string,
  work: (stillOurs: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const lock = `${path}.lock`
  const mark = JSON.stringify({ host: hostname(), pid: process.pid, token: randomUUID() })
  const isOurs = async () => (await contentOf(lock)) === mark
  await acquire(lock, mark)
  try {
    return await work(async () => {
      if (!(await isOurs()))
        throw new CommandFailure(`${lock} was taken away; nothing was changed. Try again.`)
    })
  } finally {
    if (await isOurs()) await rm(lock, { force: true })
  }
}

async function acquire(lock: string, mark: string): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!(await create(lock, mark))) {
    if (await isStale(lock)) await remove(lock)
    if (Date.now() > end) {
      throw new CommandFailure(
        `${lock} says that another command is at work. If none is, remove that file and try again.`,
      )
    }
    await sleep(randomInt(5, 40))
  }
}

/** Whether the file could be made; it must not have been there. */
async function create(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes a lock that was left behind. Only one may do that at a time, or the second would remove the lock of the first. */
async function remove(lock: string): Promise<void> {
  const breaking = `${lock}.stale`
  if (!(await create(breaking, ''))) return
  try {
    if (await isStale(lock)) await rm(lock, { force: true })
  } finally {
    await rm(breaking, { force: true })
  }
}

async function isStale(lock: string): Promise<boolean> {
  const mark = await contentOf(lock)
  const stats = await stat(lock).catch(() => undefined)
  if (stats === undefined) return false
  const { host, pid } = parseMark(mark)
  const isLeft = host === hostname() && pid !== undefined && !isRunning(pid)
  if (!isLeft && Date.now() - stats.mtimeMs <= STALE_AFTER) return false
  // Its process may have removed it before it ended, and another have made its own: one that is gone changes it no more.
  return (await contentOf(lock)) === mark
}

function parseMark(content: string): { host?: string; pid?: number } {
  try {
    return JSON.parse(content) as { host?: string; pid?: number }
  } catch {
    // Its process has made it, and is about to write it.
    return {}
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function contentOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
