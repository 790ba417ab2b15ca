import { ServiceBuilder } from 'chapkit'
import { AppConfig, BaseConfig, sharedNames } from './config-schemas.ts'
import { mlPipeline } from './hierarchies.ts'
import { bareInfo, contractInfo } from './infos.ts'

/** The service of most recordings, as far as its modules exist. */
function contractService() {
  return new ServiceBuilder(contractInfo)
    .withLogging()
    .withHealth()
    .withSystem()
    .withDatabase()
    .withConfig(AppConfig, sharedNames)
    .withArtifacts({ hierarchy: mlPipeline, enableConfigLinking: true })
}

/** Services of the files that look at the whole rather than at one module. */
export const contractServices = {
  docs: contractService,
  errors: contractService,
  middleware: contractService,
  logging: contractService,
  system: contractService,
  configs: contractService,
  info: contractService,
  landing: () =>
    new ServiceBuilder(bareInfo)
      .withLandingPage()
      .withHealth()
      .withSystem()
      .withDatabase()
      .withConfig(BaseConfig, sharedNames),

  // Their own modules come later: what runs here is what they share with the others.
  artifacts: contractService,
  jobs: contractService,
  'jobs-concurrency': contractService,
  tasks: contractService,
  ml: contractService,
  'ml-shell': contractService,
}
