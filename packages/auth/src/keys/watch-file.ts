import { watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

/** Milliseconds between two looks at a file that rests. Nothing else is to be relied on: see {@link watchFile}. */
const INTERVAL = 800

/** Milliseconds between two looks at a file that changed, until it was taken over. */
const SETTLING_INTERVAL = 200

/** A file that is watched. */
export interface FileWatch {
  /** Ends the watch, after a call that still runs. */
  close(): Promise<void>
}

/**
 * Calls `onSettled` once a file has changed and then rested, and at the beginning: with the number of looks (1, 2, …) at
 * which it was found unchanged, and again at the next look while that answers `'later'`.
 *
 * It listens to the folder, since a watched file goes deaf when a symlink is swapped, as Kubernetes swaps `..data`
 * (kubernetes#111947). And it looks at what the path leads to all the same: there are no events on network file systems, of
 * files that are mounted one by one, or when the system has no more watches to give. It keeps no process alive.
 */
export function watchFile(path: string, onSettled: (looks: number) => Promise<'done' | 'later'>): FileWatch {
  let seen = ''
  let looks = 0
  let pending = true
  let heard = false
  let closed = false
  let wake = (): void => undefined

  const look = async (): Promise<void> => {
    heard = false
    const signature = await signatureOf(path)
    if (signature !== seen) {
      seen = signature
      looks = 0
      pending = true
    } else if (pending) {
      pending = (await onSettled(++looks)) === 'later'
    }
  }
  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pending || heard ? SETTLING_INTERVAL : INTERVAL).unref()
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const next = async () => {
    // Nothing would wake it any more, and its timer does not keep the process until it ends.
    if (!closed) await rest()
    return !closed
  }
  const deafen = listenTo(path, () => {
    heard = true
    if (!pending) wake()
  })
  const watching = (async () => {
    while (await next()) await look()
  })()

  return {
    close() {
      closed = true
      deafen()
      wake()
      return watching
    },
  }
}

/** Calls `onEvent` when the file may have changed, as far as the system tells; and gives what ends that. */
function listenTo(path: string, onEvent: () => void): () => void {
  const name = basename(path)
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_, changed) => {
      // In a mounted secret the file is a symlink into `..data`.
      if (changed === name || changed === '..data') onEvent()
    })
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return () => undefined
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
