/** Makes pino's `timestamp`: ISO 8601 in UTC with milliseconds. The text of a millisecond is made once. */
export function timestamps(): () => string {
  let last = Number.NaN
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== last) {
      last = now
      text = `,"timestamp":"${new Date(now).toISOString()}"`
    }
    return text
  }
}
