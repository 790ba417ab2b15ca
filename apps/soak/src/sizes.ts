/** How long it gets: `pnpm soak` sets CHAPKIT_SOAK, the suite does not. */
export const full = process.env['CHAPKIT_SOAK'] === 'full'

export const sizes = full
  ? {
      /** Requests whose memory is looked at, in so many parts. */
      requests: 10_000_000,
      parts: 40,
      rotations: 100,
      drains: 50,
      slowSockets: 500,
      slowSeconds: 30,
      stalledReaders: 200,
      stalledSeconds: 600,
      overloadSeconds: 60,
    }
  : {
      requests: 200_000,
      parts: 8,
      rotations: 3,
      drains: 3,
      slowSockets: 50,
      slowSeconds: 5,
      stalledReaders: 20,
      stalledSeconds: 5,
      overloadSeconds: 3,
    }

/** Tells what was done, in numbers; the suite is quiet. */
export function tell(text: string): void {
  if (full) console.log(`  ${text}`)
}

/** Milliseconds that a test may take. */
export const timeout = full ? 60 * 60_000 : 180_000
