import { ServiceBuilder } from 'chapkit'

export const service = new ServiceBuilder(
  {
    displayName: 'My Service',
    version: '2.1.0',
    summary: 'What it does, in one sentence',
    contact: { name: 'Ops', email: 'ops@example.org' },
    organization: 'Example Org', // A member of your own
  },
  {
    bodyLimit: 5 * 1024 * 1024, // Bytes
    requestTimeout: 30_000, // Milliseconds
    trustProxy: '10.0.0.0/8',
  },
)
