import { type Static, type TSchema, Type } from 'typebox'

/** Largest number of a page: far beyond any table, and still exact in every database. */
const MAX_PAGE = 2 ** 31 - 1

/** Most entities that one part of a list has, read by `after` and `limit`. */
const MAX_LIMIT = 1000

/**
 * Query of a list. It is paged when `page` and `size` are given; one alone is checked, and otherwise ignored. `after` and
 * `limit`, or one of them, read a part by id; they win over a page.
 */
export const ListQuerySchema = Type.Object({
  page: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_PAGE, description: 'Number of the page, from 1; needs size' }),
  ),
  size: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, description: 'Items on a page, 1 to 100; needs page' }),
  ),
  after: Type.Optional(
    Type.String({
      pattern: '^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$',
      description: 'ULID: read what comes after it; the Link header has the next one',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_LIMIT,
      description: `Items to read at most, 1 to ${MAX_LIMIT}; 100 with after alone`,
    }),
  ),
})

/** Query of a list. */
export type ListQuery = Static<typeof ListQuerySchema>

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
