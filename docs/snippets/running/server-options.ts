import { ServiceBuilder, type ServiceInfo } from 'chapkit'

interface MyInfo extends ServiceInfo {
  organization: string
}

const info: MyInfo = {
  displayName: 'My Service',
  version: '2.1.0',
  summary: 'What it does, in one sentence',
  contact: { name: 'Ops', email: 'ops@example.org' },
  organization: 'Example Org', // A member of your own
}

export const service = new ServiceBuilder(info, {
  bodyLimit: 5 * 1024 * 1024, // Bytes
  requestTimeout: 30_000, // Milliseconds
  trustProxy: '10.0.0.0/8',
})
