import type { ServiceInfo } from 'chapkit'

/** All members of the info. */
export const contractInfo = {
  displayName: 'Contract Service',
  version: '2.3.4',
  summary: 'Service used to record the contract',
  description: 'A longer description',
  contact: { name: 'Ops', email: 'ops@example.org' },
  licenseInfo: { name: 'MIT' },
} satisfies ServiceInfo

/** The required member of the info, and no other. */
export const bareInfo = { displayName: 'Bare Service' } satisfies ServiceInfo

/** The services with keys. */
export const authInfo = { displayName: 'Authenticated Contract Service' } satisfies ServiceInfo

/** The services with metrics. */
export const metricsInfo = { displayName: 'Metrics Service' } satisfies ServiceInfo

/** A summary, which is then the description, too. */
export const summaryInfo = { displayName: 'Only summary', summary: 'The summary' } satisfies ServiceInfo

/** Members of the service's own beside the known ones. */
export const mlInfo = {
  displayName: 'ML info',
  version: '0.1.0',
  author: 'A. Author',
  authorNote: 'note',
  authorAssessedStatus: 'yellow',
  contactEmail: 'a@example.org',
  organization: 'Org',
  organizationLogoUrl: 'https://example.org/logo.png',
  citationInfo: 'cite',
} satisfies ServiceInfo & Record<string, unknown>
