import { onTestFinished } from 'vitest'
import { type Answer, Client, quote } from './client.ts'
import type { Item } from './collections.ts'
import { Random } from './random.ts'
import { seed } from './sizes.ts'

/** One of a crowd: a client, and choices of its own. */
export interface Member {
  readonly number: number
  readonly client: Client
  readonly random: Random
}

/** Many clients at once, spread over the replicas; it counts what they were answered. */
export class Crowd {
  readonly members: readonly Member[]
  /** Number of answers by status. */
  readonly statuses = new Map<number, number>()
  /** Answers of 500 and above. */
  readonly faults: string[] = []

  constructor(size: number, origins: readonly string[]) {
    this.members = Array.from({ length: size }, (_, number) => ({
      number,
      client: new Client(origins[number % origins.length] ?? ''),
      random: new Random(seed + number),
    }))
    onTestFinished(() => this.members.forEach(({ client }) => client.close()))
  }

  /** All of them do it at the same time. */
  together<Result>(act: (member: Member) => Promise<Result>): Promise<Result[]> {
    return Promise.all(this.members.map(act))
  }

  /** Sends a request of one of them, and counts the answer. */
  async send(
    { client }: Member,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) {
    const answer = await client.send(method, path, body, headers)
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1)
    if (answer.status >= 500) this.faults.push(`${method} ${path}: ${quote(answer)}`)
    return answer
  }

  /** What was answered how often: `200 × 41, 412 × 7`. */
  tally(): string {
    const counts = [...this.statuses].sort(([a], [b]) => a - b)
    return counts.map(([status, count]) => `${status} × ${count}`).join(', ')
  }
}

/** The resource of an answer. */
export function itemOf({ text }: Answer): Item {
  return JSON.parse(text) as Item
}
