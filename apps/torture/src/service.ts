import { run, ServiceBuilder, Type } from 'chapkit'

const Document = Type.Object({ key: Type.String(), serial: Type.Integer(), text: Type.String() })

/** The service that is tortured. DATABASE_URL says where it keeps its data. */
const service = new ServiceBuilder({ displayName: 'Tortured' })
  .withDatabase(process.env['DATABASE_URL'])
  .withConfig(Document)
  .withHealth()

await run(service)
