import { run } from 'chapkit'
import { service } from './app.ts'

await run(service)
