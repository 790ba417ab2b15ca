import type { ListQuery, Page } from '../paging.ts'
import type { Entity } from './entity.ts'

/** Entities that are read by `after` where the client does not say how many. */
const DEFAULT_LIMIT = 100

interface Lists<E> {
  list(): Promise<E[]>
  page(page: number, size: number): Promise<Page<E>>
  after(id: string | undefined, limit: number): Promise<E[]>
}

/**
 * Reads what a query asks for: the entities after an id, a page, or all.
 *
 * @param announce - Is told the query of the next part, where there is one.
 */
export async function readList<E extends Entity>(
  manager: Lists<E>,
  { page, size, after, limit }: ListQuery,
  toWire: (entity: E) => object,
  announce: (next: string) => void,
): Promise<object> {
  if (after !== undefined || limit !== undefined) {
    const count = limit ?? DEFAULT_LIMIT
    // One more than asked for tells whether there is more.
    const entities = await manager.after(after, count + 1)
    if (entities.length > count) announce(`after=${entities[count - 1]?.id}&limit=${count}`)
    return entities.slice(0, count).map(toWire)
  }
  if (page === undefined || size === undefined) return (await manager.list()).map(toWire)
  const { items, ...rest } = await manager.page(page, size)
  return { items: items.map(toWire), ...rest }
}
