import { run, ServiceBuilder, Type } from 'chapkit'

const MyConfig = Type.Object({ debug: Type.Boolean({ default: false }) })

const service = new ServiceBuilder({ displayName: 'My Service' })
  .withLogging()
  .withAuth() // Reads CHAPKIT_API_KEYS
  .withConfig(MyConfig)
  .withHealth()
  .withSystem()
  .withLandingPage()

await run(service)
