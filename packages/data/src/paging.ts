import { type Static, type TSchema, Type } from 'typebox'

/** Largest number of a page: far beyond any table, and still exact in every database. */
const MAX_PAGE = 2 ** 31 - 1

/** Query of a list. A list is paged when both are given; one alone is checked, and otherwise ignored. */
export const PageQuerySchema = Type.Object({
  page: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_PAGE, description: 'Number of the page, from 1; needs size' }),
  ),
  size: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, description: 'Items on a page, 1 to 100; needs page' }),
  ),
})

/** Query of a list. */
export type PageQuery = Static<typeof PageQuerySchema>

/** The part of a list that a store reads. */
export interface Range {
  /** Items to leave out at the start. */
  readonly offset: number
  /** Items to read at most. */
  readonly limit: number
}

/** A part of a list, and how many items the whole has. */
export interface Slice<Item> {
  readonly items: Item[]
  readonly total: number
}

/** One page of a list, as it goes over the wire. */
export interface Page<Item> extends Slice<Item> {
  readonly page: number
  readonly size: number
  /** How many pages there are; 0 for an empty list. */
  readonly pages: number
}

/** Schema of one page of such items. */
export function PageSchema<Item extends TSchema>(item: Item) {
  return Type.Object({
    items: Type.Array(item),
    total: Type.Integer({ minimum: 0 }),
    page: Type.Integer({ minimum: 1 }),
    size: Type.Integer({ minimum: 1 }),
    pages: Type.Integer({ minimum: 0 }),
  })
}

/**
 * Reads one page.
 *
 * @param page - Number of the page, from 1.
 * @param size - Items on a page.
 */
export async function readPage<Item>(
  page: number,
  size: number,
  read: (range: Range) => Promise<Slice<Item>>,
): Promise<Page<Item>> {
  const { items, total } = await read({ offset: (page - 1) * size, limit: size })
  return { items, total, page, size, pages: Math.ceil(total / size) }
}
