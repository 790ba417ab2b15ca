import { type ServiceApp, ServiceBuilder } from 'chapkit'
import { SmallConfig } from '../services/config-schemas.ts'
import { authInfo } from '../services/infos.ts'
import { buildFromPython } from './python-builder.ts'
import type { StartupJob, StartupOutcome } from './startup-case.ts'

/* One start in a process of its own: the environment is the process's, the log its standard output. */

process.once('message', (job: StartupJob) => {
  void start(job).then((outcome) => process.send?.(outcome, () => process.disconnect()))
})

async function start(job: StartupJob): Promise<StartupOutcome> {
  try {
    const app = job.builder === undefined ? withKeys(job.auth) : fromPython(job.builder)
    await app.ready()
    const header = typeof job.auth?.['headerName'] === 'string' ? job.auth['headerName'] : 'X-API-Key'
    const statusByKey: Record<string, number> = {}
    for (const key of job.keys) {
      const answer = await app.inject({ url: '/api/v1/configs', headers: { [header]: key } })
      statusByKey[key] = answer.statusCode
    }
    await app.close()
    return { starts: true, statusByKey }
  } catch (error) {
    return { starts: false, error: error instanceof Error ? error.message : String(error) }
  }
}

function withKeys(options: StartupJob['auth']): ServiceApp {
  return new ServiceBuilder(authInfo)
    .withLogging()
    .withDatabase()
    .withConfig(SmallConfig)
    .withAuth(options)
    .build()
}

function fromPython(text: string): ServiceApp {
  const result = buildFromPython(text)
  return (result instanceof ServiceBuilder ? result.build() : result) as ServiceApp
}
