/**
 * Waits for an answer of another process for so many milliseconds.
 *
 * When this process was busy for longer than that, the answer may have come and not have been read: what has come is read
 * before the time is over.
 *
 * @throws an error with this text when the time is over.
 */
export function inTime<T>(answer: Promise<T>, timeout: number, late: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new Error(late))), timeout).unref()
    void answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
