import { ServiceBuilder } from 'chapkit'

export const service = new ServiceBuilder({ displayName: 'My Service' }, { maxEventLoopDelay: 100 })
  .withHealth()
  .route((app) => {
    app.get('/beat', { config: { servedUnderLoad: true } }, () => ({ alive: true }))
    app.get('/sum', () => {
      let sum = 0
      for (let i = 0; i < 500_000_000; i++) sum += i
      return { sum }
    })
  })
