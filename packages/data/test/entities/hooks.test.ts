import { Problem } from '@chapkit/core'
import { defineEntity, type EntityOf, type LifecycleHooks } from '@chapkit/data'
import { DATABASES, type DatabaseKind } from '@chapkit/testing'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { serviceOn } from './service.ts'

const NoteSchema = Type.Object({ text: Type.String(), words: Type.Integer({ default: 0 }) })
type Note = EntityOf<typeof NoteSchema>

const service = (kind: DatabaseKind, hooks: LifecycleHooks<Note>) =>
  serviceOn(kind, defineEntity({ name: 'note', table: 'notes', schema: NoteSchema, hooks }))

describe.each(DATABASES)('on %s', (kind) => {
  test('hooks run around each write, in order, with what is stored', async () => {
    const ran: unknown[] = []
    const { notes } = await service(kind, {
      preSave: ({ text }) => void ran.push(['preSave', text]),
      postSave: ({ text }) => void ran.push(['postSave', text]),
      preUpdate: ({ text }, previous) => void ran.push(['preUpdate', text, previous.text]),
      postUpdate: ({ text }, previous) => void ran.push(['postUpdate', text, previous.text]),
      preDelete: ({ text }) => void ran.push(['preDelete', text]),
      postDelete: ({ text }) => void ran.push(['postDelete', text]),
    })
    notes.addHooks({ preSave: () => void ran.push('second') })
    const { id } = await notes.create({ text: 'a', words: 1 })
    await notes.replace(id, { text: 'b', words: 1 })
    await notes.delete(id)
    expect(ran).toEqual([
      ['preSave', 'a'],
      'second',
      ['postSave', 'a'],
      ['preUpdate', 'b', 'a'],
      ['postUpdate', 'b', 'a'],
      ['preDelete', 'b'],
      ['postDelete', 'b'],
    ])
    expect(await notes.delete(id)).toBe(false)
    await expect(notes.replace(id, { text: 'c', words: 1 })).rejects.toMatchObject({ statusCode: 404 })
  })

  test('a pre hook may change what is stored, within the schema', async () => {
    const count = (note: Note) => ({ ...note, id: 'x', words: note.text.split(' ').length })
    const app = await service(kind, {
      preSave: (note) => (note.text === 'bad' ? { ...note, words: 0.5 } : count(note)),
      preUpdate: count,
    })
    const { id, words } = await app.notes.create({ text: 'one two', words: 0 })
    expect(words).toBe(2)
    expect(await app.notes.replace(id, { text: 'one two three', words: 0 })).toMatchObject({ id, words: 3 })
    expect(await app.notes.findById(id)).toMatchObject({ words: 3 })
    const bad = await app.inject({ method: 'POST', url: '/api/v1/notes', payload: { text: 'bad' } })
    expect(bad.statusCode).toBe(422)
  })

  test('what a hook throws undoes the write, and what other hooks have written', async () => {
    let fail = false
    const refuse = () => {
      if (fail) throw new Problem('conflict', 'No.')
    }
    const app = await service(kind, { postSave: refuse, postUpdate: refuse, postDelete: refuse })
    const { notes, database } = app
    await sql`create table log (text text)`.execute(database.kysely)
    const log = async () => void (await sql`insert into log values ('x')`.execute(database.executor))
    notes.addHooks({ preSave: log, preUpdate: log, preDelete: log })
    const kept = await notes.create({ text: 'a', words: 1 })

    fail = true
    const payload = { text: 'b' }
    const url = `/api/v1/notes/${kept.id}`
    for (const request of [
      { method: 'POST', url: '/api/v1/notes', payload },
      { method: 'PUT', url, payload },
      { method: 'DELETE', url },
    ] as const) {
      const answer = await app.inject(request)
      expect([request.method, answer.statusCode, answer.json().detail]).toEqual([request.method, 409, 'No.'])
    }
    expect(await notes.list()).toEqual([kept])
    expect((await sql`select * from log`.execute(database.kysely)).rows).toHaveLength(1)
  })

  test('hooks of writes at once see each other’s result', async () => {
    const app = await service(kind, {
      preUpdate: (note, previous) => ({ ...note, words: previous.words + 1 }),
    })
    const { id } = await app.notes.create({ text: 'a', words: 0 })
    await Promise.all(Array.from({ length: 20 }, () => app.notes.replace(id, { text: 'a', words: 0 })))
    expect(await app.notes.findById(id)).toMatchObject({ words: 20 })
  })

  test('modify() changes what is stored at that moment, with hooks and without', async () => {
    for (const hooks of [{}, { preUpdate: () => undefined }]) {
      const { notes } = await service(kind, hooks)
      const { id } = await notes.create({ text: 'a', words: 0 })
      const increment = () => notes.modify(id, (note) => ({ ...note, words: note.words + 1 }))
      await Promise.all(Array.from({ length: 20 }, increment))
      expect(await notes.findById(id)).toMatchObject({ text: 'a', words: 20 })
      const missing = notes.modify('01HZZZZZZZZZZZZZZZZZZZZZZZ', (note) => note)
      await expect(missing).rejects.toMatchObject({ statusCode: 404 })
      await expect(notes.modify(id, (note) => ({ ...note, words: 0.5 }))).rejects.toMatchObject({
        statusCode: 422,
      })
    }
  })

  test('with hooks, too, If-Match is a condition', async () => {
    const pass = () => undefined
    const { notes } = await service(kind, { preUpdate: pass, preDelete: pass })
    const { id, version } = await notes.create({ text: 'a', words: 0 })
    const next = await notes.replace(id, { text: 'b', words: 0 }, { ifVersions: [version] })
    const stale = { ifVersions: [version] }
    await expect(notes.replace(id, { text: 'c', words: 0 }, stale)).rejects.toMatchObject({ statusCode: 412 })
    await expect(notes.delete(id, stale)).rejects.toMatchObject({ statusCode: 412 })
    expect(await notes.delete(id, { ifVersions: [next.version] })).toBe(true)
  })
})
