import { ServiceBuilder } from 'chapkit'
import { BaseConfig, sharedNames } from './config-schemas.ts'
import { contractInfo } from './infos.ts'
import { staticApp, staticApps } from './static-apps.ts'

function baseService() {
  return new ServiceBuilder(contractInfo)
    .withLogging()
    .withHealth()
    .withSystem()
    .withDatabase()
    .withConfig(BaseConfig, sharedNames)
}

/** Services with static apps. */
export const appServices = {
  apps: () =>
    baseService()
      .withApp(staticApp('dash'))
      .withApp(staticApp('other'), '/dash/inner')
      .withApp(staticApp('entry'))
      .withApp(staticApp('slash')),
  'apps-discover': () => baseService().withApps(staticApps),
  'apps-override': () =>
    baseService()
      .withLandingPage()
      .withApp(staticApp('dash'))
      .withApp(staticApp('other'), '/dash')
      .withApp(staticApp('home'), '/'),
  'apps-shadow': () =>
    baseService()
      .withApp(staticApp('dash'), '/health')
      .withApp(staticApp('other'), '/apix')
      .withApp(staticApp('entry'), '/docs'),
}
