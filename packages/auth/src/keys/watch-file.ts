import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds between two looks at the file. */
const INTERVAL = 300

/** A file that is watched. */
export interface FileWatch {
  /** Ends the watch, after a call that still runs. */
  close(): Promise<void>
}

/**
 * Calls `onSettled` once a file has changed and then rested, and at the beginning: with the number of looks (1, 2, …) at
 * which it was found unchanged, and again at the next look while that answers `'later'`.
 *
 * It looks at what the path leads to instead of listening to `fs.watch`, which goes deaf when a symlink is swapped, as
 * Kubernetes swaps `..data` (kubernetes#111947), and hears nothing on network file systems. The timer keeps no process
 * alive.
 */
export function watchFile(path: string, onSettled: (looks: number) => Promise<'done' | 'later'>): FileWatch {
  let seen = ''
  let looks = 0
  let pending = true

  const look = async (): Promise<void> => {
    const signature = await signatureOf(path)
    if (signature !== seen) {
      seen = signature
      looks = 0
      pending = true
    } else if (pending) {
      pending = (await onSettled(++looks)) === 'later'
    }
  }
  const closing = new AbortController()
  const rest = () => sleep(INTERVAL, true, { ref: false, signal: closing.signal }).catch(() => false)
  const watching = (async () => {
    while (await rest()) await look()
  })()

  return {
    close() {
      closing.abort()
      return watching
    },
  }
}

/** Tells one state of a file from another: which file it is, its size, and its times in nanoseconds. */
async function signatureOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(':')
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}
