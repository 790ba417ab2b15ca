import { run } from 'chapkit'
import { myService } from './service.ts'

await run(myService({ apiKeys: ['sk_dev_0123456789abcdef'] }))
