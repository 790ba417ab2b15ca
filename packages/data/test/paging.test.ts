import { readPage } from '@chapkit/data'
import { expect, test } from 'vitest'

const letters = ['a', 'b', 'c', 'd', 'e']
const read = ({ offset, limit }: { offset: number; limit: number }) =>
  Promise.resolve({ items: letters.slice(offset, offset + limit), total: letters.length })

test.each([
  [1, 2, ['a', 'b'], 3],
  [3, 2, ['e'], 3],
  [4, 2, [], 3],
  [1, 5, letters, 1],
  [2 ** 31 - 1, 100, [], 1],
])('page %i of size %i', async (page, size, items, pages) => {
  expect(await readPage(page, size, read)).toEqual({ items, total: 5, page, size, pages })
})

test('an empty list has no page', async () => {
  const page = await readPage(1, 10, () => Promise.resolve({ items: [], total: 0 }))
  expect(page).toEqual({ items: [], total: 0, page: 1, size: 10, pages: 0 })
})
