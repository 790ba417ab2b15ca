import type { MigrationState } from '@chapkit/data'
import { table } from './table.ts'

const HEADER = ['STREAM', 'MIGRATION', 'STATE', 'WHEN'] as const

/**
 * A table of migrations for a terminal, and what it means in a sentence.
 *
 * @param foreign - Streams that the database has and the code does not.
 */
export function statusText(states: readonly MigrationState[], foreign: readonly string[]): string {
  const rows = states.map(({ stream, name, state, executedAt }) => [
    stream,
    name,
    state,
    executedAt?.toISOString() ?? '-',
  ])
  return [table(HEADER, rows), '', ...verdict(states, foreign)].join('\n')
}

function verdict(states: readonly MigrationState[], foreign: readonly string[]): string[] {
  const count = (wanted: MigrationState['state']) => states.filter(({ state }) => state === wanted).length
  const [pending, unknown] = [count('pending'), count('unknown')]
  const sentences = [
    pending > 0 &&
      `Pending: ${pending}. \`chapkit migrate up\` runs them, and so does the start of the service.`,
    unknown > 0 && `Unknown: ${unknown}. A newer version of the service has written to the database.`,
    foreign.length > 0 &&
      `Not listed: ${foreign.join(', ')}. The database has migrations of these, too; name their service with --app FILE.`,
  ].filter((sentence) => sentence !== false)
  return sentences.length > 0 ? sentences : ['The database has all migrations.']
}
