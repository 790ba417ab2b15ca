import { run, ServiceBuilder } from 'chapkit'

const service = new ServiceBuilder({ displayName: 'My Service' }).withHealth()

const app = await run(service, { workers: 'auto' })

// Each worker comes here once it listens; the first process does not.
const worker = app.kernel.workers?.id ?? 1
if (worker === 1) console.log(`Listening on ${app.listeningOrigin}`)
