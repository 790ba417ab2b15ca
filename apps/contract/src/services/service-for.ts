import { appServices } from './app-services.ts'
import { authServices } from './auth-services.ts'
import { configServices } from './config-services.ts'
import { contractServices } from './contract-services.ts'
import { healthServices } from './health-services.ts'
import { infoServices } from './info-services.ts'
import { metricsServices } from './metrics-services.ts'
import type { run } from 'chapkit'
import { UsageError } from '../replay.ts'

/** What `run()` runs. */
type Service = Parameters<typeof run>[0]

/** The service of each case file, by the file's name. */
export const services: Readonly<Record<string, () => Service>> = {
  ...contractServices,
  ...authServices,
  ...configServices,
  ...healthServices,
  ...infoServices,
  ...appServices,
  ...metricsServices,
}

/**
 * Makes the service of a case file. A name that is not known has the service of the longest one that it begins with:
 * `auth-more` has the service of `auth`.
 *
 * @throws UsageError when no known name is the beginning of it.
 */
export function serviceFor(name: string): Service {
  const known = Object.keys(services)
    .filter((candidate) => name === candidate || name.startsWith(`${candidate}-`))
    .toSorted((a, b) => b.length - a.length)[0]
  const make = services[known ?? '']
  if (!make)
    throw new UsageError(
      `No service is known for ${name}.json. Known: ${Object.keys(services).toSorted().join(', ')}.`,
    )
  return make()
}
