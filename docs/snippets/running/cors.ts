import { ServiceBuilder } from 'chapkit'

export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withAuth()
  .withCors({ origin: ['https://app.example.org'], maxAge: 600 })
