const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** A thousand years: the year in which it ends has four digits, as dates in JSON and databases need. */
const LONGEST = 365_250 * 86_400_000

/** Milliseconds of a text such as `90d`, `12h`, `30m` or `0s`, at most a thousand years; undefined for another. */
export function parseDuration(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? []
  const length = UNITS[unit]
  return length === undefined ? undefined : Math.min(Number(count) * length, LONGEST)
}
