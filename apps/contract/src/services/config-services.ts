import { type ConfigOptions, ServiceBuilder } from 'chapkit'
import { BaseConfig, sharedNames } from './config-schemas.ts'
import { contractInfo } from './infos.ts'

function openConfigs(options: ConfigOptions = {}) {
  return () =>
    new ServiceBuilder(contractInfo).withDatabase().withConfig(BaseConfig, { ...sharedNames, ...options })
}

/** Services whose configs take any object, with permissions taken away. */
export const configServices = {
  'configs-open': openConfigs(),
  'configs-nodelete': openConfigs({ allowDelete: false }),
  'configs-readonly': openConfigs({ allowCreate: false, allowUpdate: false, allowDelete: false }),
  'configs-writeonly': openConfigs({ allowRead: false }),
  'configs-none': openConfigs({
    allowCreate: false,
    allowRead: false,
    allowUpdate: false,
    allowDelete: false,
  }),
}
