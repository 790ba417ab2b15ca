import { ServiceBuilder, Type } from 'chapkit'

const AppConfig = Type.Object({ environment: Type.String() })

export const readOnly = new ServiceBuilder({ displayName: 'My Service' })
  // region read-only
  .withConfig(AppConfig, {
    prefix: '/api/v1/settings',
    tags: ['Settings'],
    permissions: { create: false, update: false, delete: false },
  })
// endregion read-only

export const noDelete = new ServiceBuilder({ displayName: 'My Service' })
  // region no-delete
  .withConfig(AppConfig, { allowDelete: false })
// endregion no-delete
