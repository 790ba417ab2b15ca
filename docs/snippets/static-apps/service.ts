import { fileURLToPath } from 'node:url'
import { ServiceBuilder } from 'chapkit'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const oneApp = new ServiceBuilder({ displayName: 'My Service' })
  .withLandingPage()
  .withSystem()
  // region one
  .withApp(folder('dash')) // At the prefix of its manifest
// endregion one

export const elsewhere = new ServiceBuilder({ displayName: 'My Service' })
  // region elsewhere
  .withApp(folder('dash'), '/status')
// endregion elsewhere

export const allApps = new ServiceBuilder({ displayName: 'My Service' })
  // region all
  .withApps(folder('.')) // Each folder in it that has a manifest.json
// endregion all

export const withKeys = new ServiceBuilder({ displayName: 'My Service' })
  .withApp(folder('dash'))
  // region public
  .withAuth({ unauthenticatedPaths: ['/dash/'] })
// endregion public
