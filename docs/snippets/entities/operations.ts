import { defineEntity, Type } from 'chapkit'

export const products = defineEntity({
  name: 'product',
  table: 'products',
  schema: Type.Object({ title: Type.String(), stock: Type.Integer() }),
  // region operations
  operations: (on) => {
    on.collection('total', {
      response: Type.Object({ total: Type.Integer() }),
      handler: async ({ manager }) => {
        const products = await manager.list()
        return { total: products.reduce((sum, { stock }) => sum + stock, 0) }
      },
    })
    on.entity('restock', {
      summary: 'Add to the stock',
      body: Type.Object({ count: Type.Integer({ minimum: 1 }) }),
      handler: ({ id }, { manager, body }) =>
        manager.modify(id, (product) => ({ ...product, stock: product.stock + body.count })),
    })
  },
  // endregion operations
})
