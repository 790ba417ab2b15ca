import { databaseKeyBook } from './database-key-book.ts'
import { CommandFailure } from './failure.ts'
import type { KeyBook } from './key-book.ts'
import { keyFileBook } from './key-file-book.ts'

/** Which book the command line names. */
export interface KeyBookOptions {
  readonly file?: string
  /** URL of a database. */
  readonly database?: string
}

/**
 * Opens the book that the command line names; undefined when it names none.
 *
 * @throws CommandFailure when it names two, or the database cannot be used.
 */
export async function openKeyBook({ file, database }: KeyBookOptions): Promise<KeyBook | undefined> {
  if (file !== undefined && database !== undefined) {
    throw new CommandFailure('keys: keys are in one place; give either --file or --database.')
  }
  if (database !== undefined) return databaseKeyBook(database)
  return file === undefined ? undefined : keyFileBook(file)
}

/** Works with the book that the command line must name, and closes it. */
export async function withKeyBook<T>(
  command: string,
  options: KeyBookOptions,
  work: (book: KeyBook) => Promise<T>,
): Promise<T> {
  const book = await openKeyBook(options)
  if (book === undefined)
    throw new CommandFailure(`keys ${command}: say where the keys are, with --file FILE or --database URL.`)
  return closingBook(book, work)
}

/** Works with a book, and closes it. */
export async function closingBook<T>(book: KeyBook, work: (book: KeyBook) => Promise<T>): Promise<T> {
  try {
    return await work(book)
  } finally {
    await book.close()
  }
}
