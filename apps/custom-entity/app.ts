import { defineEntity, Problem, ServiceBuilder, Type } from 'chapkit'

const products = defineEntity({
  name: 'product',
  table: 'products',
  schema: Type.Object({
    sku: Type.String({ minLength: 1, maxLength: 40 }),
    title: Type.String({ minLength: 1 }),
    price: Type.Number({ minimum: 0 }),
    stock: Type.Integer({ minimum: 0, default: 0 }),
  }),
  unique: ['sku'],
  hooks: {
    preSave: (product) => ({ ...product, sku: product.sku.toUpperCase() }),
    preDelete: ({ stock }) => {
      if (stock > 0) throw new Problem('conflict', `There are ${stock} left; sell them first.`)
    },
  },
  operations: (on) => {
    on.collection('value', {
      handler: async ({ manager }) => {
        const all = await manager.list()
        return { value: all.reduce((sum, { price, stock }) => sum + price * stock, 0) }
      },
    })
    on.entity('restock', {
      body: Type.Object({ count: Type.Integer({ minimum: 1 }) }),
      handler: ({ id }, { manager, body }) =>
        manager.modify(id, (product) => ({ ...product, stock: product.stock + body.count })),
    })
  },
})

export const service = new ServiceBuilder({ displayName: 'Products' }).withLogging().withAuth().with(products)
export default service.plugin()
export const options = service.options()
