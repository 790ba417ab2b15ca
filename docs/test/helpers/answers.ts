import { expect } from 'vitest'
import { readText } from './pages.ts'

/** Compares a real answer with the one that the docs show. Ids, times and durations may differ, their form may not. */
export function expectAnswer(actual: unknown, file: string): void {
  expect(comparable(actual)).toEqual(comparable(JSON.parse(readText(`docs/snippets/${file}`))))
}

/** A JSON value without what differs from run to run. */
export function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) => {
    if (typeof member === 'string') {
      if (/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(member)) return '<ulid>'
      if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(member)) return '<time>'
    }
    return key === 'duration_ms' && typeof member === 'number' ? '<milliseconds>' : member
  })
}
