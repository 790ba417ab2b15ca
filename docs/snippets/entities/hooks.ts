import { defineEntity, Problem, ServiceBuilder, Type } from 'chapkit'

// region define
const products = defineEntity({
  name: 'product',
  table: 'products',
  schema: Type.Object({ title: Type.String(), price: Type.Number() }),
  hooks: {
    preSave: (product) => ({ ...product, title: product.title.trim() }),
    preUpdate: (product, previous) => {
      if (product.price > 2 * previous.price) throw new Problem('conflict', 'A price may double at most.')
    },
  },
})
// endregion define

const prices = defineEntity({
  name: 'price-change',
  table: 'price_changes',
  schema: Type.Object({ product_id: Type.String(), price: Type.Number() }),
  permissions: { create: false, update: false, delete: false },
})

export const service = new ServiceBuilder({ displayName: 'My Service' })
  // region add
  .with(products)
  .with(prices)
  .onStartup((app) => {
    app.products.addHooks({
      postUpdate: async ({ id, price }, previous) => {
        if (price !== previous.price) await app.priceChanges.create({ product_id: id, price })
      },
    })
  })
// endregion add
