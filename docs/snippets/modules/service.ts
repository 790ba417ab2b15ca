import { ServiceBuilder } from 'chapkit'
import { uptime } from './uptime.ts'

export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withHealth()
  .with(uptime({ restartAfter: 7 * 24 * 3600 }))
  .onShutdown((app) => {
    app.log.warn({ seconds: app.uptime.seconds() }, 'service.stopping') // Typed: it comes from the module
  })
