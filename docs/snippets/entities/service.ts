import { defineEntity, ServiceBuilder, Type } from 'chapkit'

// region define
const Product = Type.Object({
  sku: Type.String({ minLength: 1, maxLength: 40 }),
  title: Type.String(),
  price: Type.Number({ minimum: 0 }),
  stock: Type.Integer({ minimum: 0, default: 0 }),
  labels: Type.Optional(Type.Array(Type.String())),
})

const products = defineEntity({
  name: 'product',
  table: 'products',
  schema: Product,
  unique: ['sku'],
})

export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withDatabase('sqlite:my-service.db')
  .with(products)
// endregion define
