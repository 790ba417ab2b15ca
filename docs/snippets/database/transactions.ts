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
    app.post('/api/v1/transfers', { schema: { body: Transfer } }, async (request) => {
      const { from, to, amount } = request.body
      return app.database.transaction(async () => {
        const payer = await app.accounts.modify(from, (account) => {
          if (account.balance < amount) throw new Problem('conflict', 'There is not enough on the account.')
          return { ...account, balance: account.balance - amount }
        })
        await app.accounts.modify(to, (account) => ({ ...account, balance: account.balance + amount }))
        return { left: payer.balance }
      })
    })
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
