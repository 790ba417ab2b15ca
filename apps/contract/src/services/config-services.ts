import { type ConfigOptions, ServiceBuilder } from 'chapkit'
import { BaseConfig, sharedNames } from './config-schemas.ts'
import { unnamedLevels } from './hierarchies.ts'
import { contractInfo } from './infos.ts'

/** Clients may do the same with artifacts as with configs. */
function openConfigs(permissions: ConfigOptions['permissions'] = {}) {
  return () =>
    new ServiceBuilder(contractInfo)
      .withDatabase()
      .withConfig(BaseConfig, { ...sharedNames, permissions })
      .withArtifacts({ hierarchy: unnamedLevels, permissions })
}

/** Services whose configs take any object, with permissions taken away. */
export const configServices = {
  'configs-open': openConfigs(),
  'configs-nodelete': openConfigs({ delete: false }),
  'configs-readonly': openConfigs({ create: false, update: false, delete: false }),
  'configs-writeonly': openConfigs({ read: false }),
  'configs-none': openConfigs({ create: false, read: false, update: false, delete: false }),
}
