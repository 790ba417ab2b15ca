import { run } from 'chapkit'
import { service } from './service-a.ts'

await run(service)
