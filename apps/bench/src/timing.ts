/** `pnpm bench:timing`: what the time of the key check tells. Exit code 1 if it tells anything. */
import { parseArgs } from 'node:util'
import { measureTiming } from './timing/measure-timing.ts'

const { values: flags } = parseArgs({ options: { short: { type: 'boolean', default: false } } })
const { table, sentence, kept } = await measureTiming(flags.short ? 100_000 : 1_000_000)
console.log(`${table}\n\n${sentence}`)
// The short form shows that it runs; of so few calls an accident may be the worst.
if (!kept && !flags.short) process.exitCode = 1
