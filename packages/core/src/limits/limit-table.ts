import type { Limit } from './limit.ts'
import { SlidingWindow } from './sliding-window.ts'

/** Subjects that are looked at, whether they may go, for each one that comes. More than one, so that the table shrinks. */
const SWEEP = 2

/** And when it is full of those that were exhausted. */
const SEARCH = 16

interface Entry {
  readonly subject: string
  readonly window: SlidingWindow
  /** Neighbours in the order of use; undefined while the entry is not in it. */
  older: Entry | undefined
  newer: Entry | undefined
}

/**
 * The admissions of many subjects, in bounded memory. A subject whose admissions have all left the window is free to go.
 * When the table is full, the one that was used least recently makes room, unless it is exhausted: no crowd of new subjects
 * makes the table forget whom it refuses. When all are exhausted, new subjects share one window for each limit.
 *
 * It has no timer: each subject that comes looks at two others. All operations are O(1), amortised.
 */
export class LimitTable {
  readonly #maxSubjects: number
  readonly #entries = new Map<string, Entry>()
  /** End of the list of use, in both directions. */
  readonly #end: Entry
  readonly #shared = new Map<string, SlidingWindow>()
  #hand = this.#entries.values()

  /** @param maxSubjects - How many are kept at most. An exhausted one takes about a kilobyte, most take a quarter of it. */
  constructor(maxSubjects = 100_000) {
    this.#maxSubjects = maxSubjects
    const end: Entry = {
      subject: '',
      window: new SlidingWindow({ count: 1, window: 1 }),
      older: undefined,
      newer: undefined,
    }
    end.older = end
    end.newer = end
    this.#end = end
  }

  /** Subjects that are kept. */
  get size(): number {
    return this.#entries.size
  }

  /** The window of a subject that is kept, whatever its limit. It is not counted as a use. */
  find(subject: string): SlidingWindow | undefined {
    return this.#entries.get(subject)?.window
  }

  /**
   * The window of a subject, which is new where it is not kept. Use it at once: it may be forgotten with the next call.
   *
   * @param subject - Name it with its limit where it may have several, or the limit may change.
   */
  windowOf(subject: string, limit: Limit, now: number): SlidingWindow {
    const known = this.#entries.get(subject)
    if (known) {
      if (known.older) unlink(known)
      this.#linkNewest(known)
      return known.window
    }
    this.#sweep(now)
    if (this.#entries.size >= this.#maxSubjects && !this.#makeRoom(now)) return this.#sharedWindow(limit)
    const entry: Entry = { subject, window: new SlidingWindow(limit), older: undefined, newer: undefined }
    this.#entries.set(subject, entry)
    this.#linkNewest(entry)
    return entry.window
  }

  #sweep(now: number): void {
    for (let step = 0; step < SWEEP; step++) {
      const entry = this.#next()
      if (entry && isIdle(entry.window, now)) this.#forget(entry)
    }
  }

  #makeRoom(now: number): boolean {
    const oldest = this.#oldestOpen(now) ?? this.#searchOpen(now)
    if (oldest) this.#forget(oldest)
    return oldest !== undefined
  }

  /** Of those in the order of use, the oldest one that is not exhausted. Those that are leave the order until they are used. */
  #oldestOpen(now: number): Entry | undefined {
    for (;;) {
      const oldest = this.#end.newer as Entry
      if (oldest === this.#end) return undefined
      if (oldest.window.remaining(now) > 0) return oldest
      unlink(oldest)
    }
  }

  /** One of those that were exhausted and may not be any more. */
  #searchOpen(now: number): Entry | undefined {
    for (let step = 0; step < SEARCH; step++) {
      const entry = this.#next()
      if (entry && entry.window.remaining(now) > 0) return entry
    }
    return undefined
  }

  /** Goes around all entries; undefined once in a round. */
  #next(): Entry | undefined {
    const { value, done } = this.#hand.next()
    if (done) this.#hand = this.#entries.values()
    return value
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.subject)
    if (entry.older) unlink(entry)
  }

  #linkNewest(entry: Entry): void {
    const end = this.#end
    const before = end.older as Entry
    entry.older = before
    entry.newer = end
    before.newer = entry
    end.older = entry
  }

  #sharedWindow(limit: Limit): SlidingWindow {
    const name = `${limit.count}/${limit.window}`
    const known = this.#shared.get(name)
    if (known) return known
    const window = new SlidingWindow(limit)
    this.#shared.set(name, window)
    return window
  }
}

function isIdle(window: SlidingWindow, now: number): boolean {
  return window.remaining(now) === window.limit.count
}

function unlink(entry: Entry): void {
  const { older, newer } = entry as { older: Entry; newer: Entry }
  older.newer = newer
  newer.older = older
  entry.older = undefined
  entry.newer = undefined
}
