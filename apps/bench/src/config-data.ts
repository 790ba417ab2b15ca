import { randomUUID } from 'node:crypto'

/** A config as a client sends it, of a name that no other has. */
export function newConfig() {
  return { name: `bench-${randomUUID()}`, data: { environment: 'production', debug: false, replicas: 3 } }
}
