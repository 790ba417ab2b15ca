import { environmentKeys, fileKeys } from '@chapkit/auth'
import { ServiceBuilder } from 'chapkit'

const info = { displayName: 'My Service' }

// #region file
export const file = new ServiceBuilder(info).withAuth({ apiKeyFile: '/run/secrets/keys.json' })
// #endregion file

// #region stores
export const fromFile = new ServiceBuilder(info).withAuth({ store: fileKeys('/run/secrets/keys.json') })
export const fromVariable = new ServiceBuilder(info).withAuth({ store: environmentKeys('MY_KEYS') })
// #endregion stores
