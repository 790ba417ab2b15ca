import { defineEntity, Type } from 'chapkit'

export const orders = defineEntity({
  name: 'purchase-order',
  table: 'purchase_orders',
  schema: Type.Object({ number: Type.String(), open: Type.Boolean({ default: true }) }),
  // region options
  unique: ['number'],
  prefix: '/shop/orders',
  tags: ['Shop'],
  permissions: { delete: false },
  // endregion options
})
