import { run } from 'chapkit'
import { service } from './service-b.ts'

await run(service)
