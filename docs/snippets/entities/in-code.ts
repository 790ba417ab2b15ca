import { defineEntity, ServiceBuilder, Type } from 'chapkit'

const Product = Type.Object({ title: Type.String(), stock: Type.Integer({ default: 0 }) })
const products = defineEntity({ name: 'product', table: 'products', schema: Product })

export async function useProducts(): Promise<unknown[]> {
  const app = new ServiceBuilder({ displayName: 'My Service' }).with(products).build()
  await app.ready()

  // region use
  // conflict where the id or a unique member is taken
  const mug = await app.products.create({ title: 'Mug', stock: 1 })

  // undefined where there is none
  const found = await app.products.findById(mug.id)

  // not-found where there is none
  await app.products.replace(mug.id, { title: 'Cup', stock: 1 })
  const { stock } = await app.products.modify(mug.id, (product) => {
    return { ...product, stock: product.stock + 1 }
  })

  // precondition-failed, since it has changed
  const refusal = await app.products
    .replace(mug.id, mug, { ifVersions: [mug.version] })
    .catch((error: unknown) => error)

  const all = await app.products.list()
  const { items, total } = await app.products.page(1, 20)
  const next = await app.products.after(mug.id, 100) // 100 at most

  const wasThere = await app.products.delete(mug.id)
  // endregion use

  await app.close()
  return [found?.title, stock, refusal, all.length, items.length, total, next.length, wasThere]
}
