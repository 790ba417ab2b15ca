import { run } from 'chapkit'
import { myService } from './service.ts'

await run(myService()) // Reads CHAPKIT_API_KEYS
