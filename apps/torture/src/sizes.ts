/** How hard it gets: `pnpm torture` sets CHAPKIT_TORTURE, the suite does not. */
const full = process.env['CHAPKIT_TORTURE'] === 'full'

/** What the random choices follow from; CHAPKIT_TORTURE_SEED plays other ones. */
export const seed = Number(process.env['CHAPKIT_TORTURE_SEED'] ?? 42)

export const sizes = full
  ? {
      kills: 50,
      writes: 400,
      crowd: 64,
      names: 50,
      increments: 20,
      mixed: 200,
      outages: 3,
      starts: 10,
      artifact: 1024,
    }
  : {
      kills: 3,
      writes: 80,
      crowd: 64,
      names: 3,
      increments: 2,
      mixed: 5,
      outages: 1,
      starts: 2,
      artifact: 64,
    }

/** Tells what was done, in numbers; the suite is quiet. */
export function tell(text: string): void {
  if (full) console.log(`  ${text}`)
}

/** Milliseconds that a test may take: processes start slowly where many others run. */
export const timeout = full ? 30 * 60_000 : 180_000
