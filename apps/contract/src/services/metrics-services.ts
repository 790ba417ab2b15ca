import { type MonitoringOptions, ServiceBuilder } from 'chapkit'
import { BaseConfig, sharedNames } from './config-schemas.ts'
import { unnamedLevels } from './hierarchies.ts'
import { metricsInfo } from './infos.ts'

function metricsService(options: MonitoringOptions = {}) {
  return () =>
    new ServiceBuilder(metricsInfo)
      .withLogging()
      .withHealth()
      .withSystem()
      .withDatabase()
      .withConfig(BaseConfig, sharedNames)
      .withArtifacts({ hierarchy: unnamedLevels })
      .withMonitoring(options)
}

/** Services with metrics. */
export const metricsServices = {
  metrics: metricsService(),
  // Traces would go to a collector that is not there.
  'metrics-custom': metricsService({ prefix: '/custom/metrics', serviceName: 'custom-name', traces: true }),
}
