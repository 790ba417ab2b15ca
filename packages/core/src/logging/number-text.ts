const GROUP = 1_000

/** Numbers of three digits, with zeros in front. */
const DIGITS = Array.from({ length: GROUP }, (_, number) => String(number).padStart(3, '0'))

/** Text of a number below 1,000 with zeros in front. */
export function threeDigits(number: number): string {
  return DIGITS[number] as string
}

/** What stands behind the whole for so many thousandths: `.12` for 120. */
const FRACTIONS = DIGITS.map((_, number) => String(number / GROUP).slice(1))

/**
 * Text of a number, as `String()` makes it, for whole numbers from 0 of which there is a new one each request: V8 looks for the
 * text of each in a table of those that it made, and keeps it there.
 */
export function wholeText(number: number): string {
  if (number < GROUP || !Number.isSafeInteger(number)) return String(number)
  return wholeText(Math.floor(number / GROUP)) + threeDigits(number % GROUP)
}

/** Text of so many thousandths, from 0: `1.5` for 1,500. */
export function thousandthsText(number: number): string {
  return wholeText(Math.floor(number / GROUP)) + (FRACTIONS[number % GROUP] as string)
}
