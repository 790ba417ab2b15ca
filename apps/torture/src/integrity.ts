import { openDatabase } from '@chapkit/data'
import { sql } from 'kysely'

/** What SQLite finds wrong with its file. PostgreSQL has no such question: its answers stand for it. */
export async function integrity(url: string): Promise<string[]> {
  const database = await openDatabase(url)
  try {
    if (database.dialect !== 'sqlite') return []
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(database.kysely)
    return rows.map(({ integrity_check: finding }) => finding).filter((finding) => finding !== 'ok')
  } finally {
    await database.close()
  }
}
