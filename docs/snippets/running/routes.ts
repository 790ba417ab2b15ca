import { Problem, ServiceBuilder, Type } from 'chapkit'

export const service = new ServiceBuilder({ displayName: 'My Service' }).withAuth().route((app) => {
  app.get(
    '/api/v1/squares/:number',
    {
      schema: {
        summary: 'Square of a number',
        params: Type.Object({ number: Type.Integer() }),
        response: { 200: Type.Object({ square: Type.Integer() }) },
      },
    },
    (request) => {
      const { number } = request.params // A number: the type comes from the schema
      if (Math.abs(number) > 1000) throw new Problem('bad-request', 'Send a number from -1000 to 1000.')
      return { square: number * number }
    },
  )
})
