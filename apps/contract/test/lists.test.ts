import { expect, test } from 'vitest'
import { judge } from '../src/judge.ts'
import { amend, contradictions, merge, notDue } from '../src/lists.ts'

const [dueFile = '', [dueCase = ''] = []] = first(notDue)
const [wrongFile = '', [wrongCase = ''] = []] = first(contradictions)

test('a listed case that passes fails the run', async () => {
  const verdict = { result: 'failed', lines: ['listed but passes: take it off the list'] }
  expect(await judge(dueFile, dueCase, passes)).toMatchObject(verdict)
  expect(await judge(wrongFile, wrongCase, passes)).toMatchObject(verdict)
})

test('a case that is not due is not counted as failed', async () => {
  expect(await judge(dueFile, dueCase, fails)).toMatchObject({ result: 'not due' })
})

test('a case that contradicts must pass as amended', async () => {
  expect(await judge(wrongFile, wrongCase, fails)).toMatchObject({ result: 'failed' })
  expect(await judge(wrongFile, wrongCase, async (change) => (change ? passes() : fails()))).toMatchObject({
    result: 'passed',
  })
})

test('a case that is not listed passes or fails as it is', async () => {
  expect(await judge(dueFile, 'no such case', passes)).toEqual({
    name: 'no such case',
    result: 'passed',
    lines: [],
  })
  expect(await judge(dueFile, 'no such case', fails)).toMatchObject({ result: 'failed', lines: ['step 1'] })
})

test('a change is merged into the step that it names', () => {
  const scenario = { name: 'x', steps: [{ a: 1 }, { expect: { status: 405, headers: { allow: 'GET' } } }] }
  const amended = amend(scenario, {
    reason: '',
    steps: { 2: { expect: { headers: { allow: 'GET, HEAD' } } } },
  })
  expect(amended.steps).toEqual([{ a: 1 }, { expect: { status: 405, headers: { allow: 'GET, HEAD' } } }])
  expect(merge({ list: [1, 2] }, { list: [3] })).toEqual({ list: [3] })
})

test('no case is on both lists, and every entry has a reason', () => {
  const listed = [notDue, contradictions].flatMap((list) =>
    Object.entries(list).flatMap(([file, cases]) => Object.keys(cases).map((name) => `${file}: ${name}`)),
  )
  expect(listed).toEqual([...new Set(listed)])
  const reasons = [
    ...Object.values(notDue).flatMap((cases) => Object.values(cases)),
    ...Object.values(contradictions).flatMap((cases) => Object.values(cases).map(({ reason }) => reason)),
  ]
  expect(reasons.filter((reason) => reason.trim() === '')).toEqual([])
})

async function passes(): Promise<string[]> {
  return []
}

async function fails(): Promise<string[]> {
  return ['step 1']
}

function first(list: Readonly<Record<string, object>>): [string?, string[]?] {
  const [entry] = Object.entries(list)
  return entry ? [entry[0], Object.keys(entry[1])] : []
}
