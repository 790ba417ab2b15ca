import { randomBytes } from 'node:crypto'

/** A config as a client sends it. */
export interface SentConfig {
  readonly name: string
  readonly data: { readonly environment: string; readonly debug: boolean; readonly replicas: number }
}

/** Makes configs of names that no other has: numbered, as a script would name them, after a word of their own. */
export function newConfigs(): () => SentConfig {
  const word = randomBytes(6).toString('hex')
  let count = 0
  return () => ({
    name: `bench-${word}-${String(count++).padStart(8, '0')}`,
    data: { environment: 'production', debug: false, replicas: 3 },
  })
}
