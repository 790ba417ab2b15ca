import { threeDigits } from './number-text.ts'

/** Makes pino's `timestamp`: ISO 8601 in UTC with milliseconds. The text of a millisecond is made once, all but its end once a second. */
export function timestamps(): () => string {
  let last = Number.NaN
  let second = Number.NaN
  let start = ''
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== last) {
      last = now
      const of = Math.floor(now / 1000)
      if (of !== second) {
        second = of
        start = `,"timestamp":"${new Date(now).toISOString().slice(0, -'000Z'.length)}`
      }
      text = `${start}${threeDigits(now % 1000)}Z"`
    }
    return text
  }
}
