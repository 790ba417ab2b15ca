import { ServiceBuilder } from 'chapkit'

export const service = new ServiceBuilder({ displayName: 'My Service' }).withAuth().route((app) => {
  app.get('/api/v1/who', (request) => ({ key: request.apiKey?.prefix }))
})
