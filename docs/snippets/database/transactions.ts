import { defineEntity, Problem, ServiceBuilder, Type } from 'chapkit'

const accounts = defineEntity({
  name: 'account',
  table: 'accounts',
  schema: Type.Object({ owner: Type.String(), balance: Type.Number() }),
})

const Transfer = Type.Object({
  from: Type.String(),
  to: Type.String(),
  amount: Type.Number({ exclusiveMinimum: 0 }),
})

/** Columns that queries of the service's own use, by table. */
type Tables = {
  accounts: { owner: string; balance: number }
}

export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withDatabase()
  .with(accounts)
  // region transaction
  .route((app) => {
    const add = (id: string, amount: number) =>
      app.accounts.modify(id, (account) => {
        const balance = account.balance + amount
        if (balance < 0) throw new Problem('conflict', 'There is not enough on it.')
        return { ...account, balance }
      })
    app.post('/api/v1/transfers', { schema: { body: Transfer } }, async ({ body }) =>
      app.database.transaction(async () => {
        const { balance } = await add(body.from, -body.amount)
        await add(body.to, body.amount)
        return { left: balance }
      }),
    )
  })
  // endregion transaction
  // region query
  .route((app) => {
    app.get('/api/v1/balances', async () => {
      const db = app.database.executor.withTables<Tables>()
      return db
        .selectFrom('accounts')
        .select(({ fn }) => ['owner', fn.sum('balance').as('balance')])
        .groupBy('owner')
        .orderBy('owner')
        .execute()
    })
  })
// endregion query
