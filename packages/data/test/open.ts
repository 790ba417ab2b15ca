import { join } from 'node:path'
import { type Database, openDatabase } from '@chapkit/data'
import { temporaryFolder } from '@chapkit/testing'
import { onTestFinished } from 'vitest'

/** Opens a database that is closed when the test ends. */
export function open(url?: string): Database {
  const database = openDatabase(url)
  onTestFinished(() => database.close())
  return database
}

/** URL of a file that is not there yet, in a folder that is gone when the test ends. */
export function temporaryUrl(): string {
  return `sqlite:${join(temporaryFolder(), 'x.db')}`
}
