import type { MetricFamily, MetricSample } from '@chapkit/core'
import type { AuthCounts } from './auth-counts.ts'
import type { ApiKeyStatus } from './key-status.ts'

type Status = Pick<ApiKeyStatus, 'keys' | 'reloads' | 'failedReloads'>

/** What is counted of keys. Labels hold ids of keys that are known, and nothing that a client sent. */
export function keyMetrics(counts: AuthCounts, status: Status): MetricFamily[] {
  return [
    {
      name: 'chapkit_auth_requests_total',
      help: 'Requests by what the key check said, and by key where it is known.',
      type: 'counter',
      collect: () => requests(counts),
    },
    {
      name: 'chapkit_auth_keys',
      help: 'API keys by their state.',
      type: 'gauge',
      collect: () => states(status),
    },
    {
      name: 'chapkit_auth_reloads_total',
      help: 'Changes of the API keys: taken over, or of no use.',
      type: 'counter',
      collect: () => [
        { labels: { result: 'success' }, value: status.reloads },
        { labels: { result: 'failure' }, value: status.failedReloads },
      ],
    },
    {
      name: 'chapkit_auth_next_expiry_seconds',
      help: 'Seconds until the next API key expires; absent when none will.',
      type: 'gauge',
      collect: () => nextExpiry(status),
    },
  ]
}

function* requests(counts: AuthCounts): Iterable<MetricSample> {
  for (const result of ['missing_key', 'invalid_key', 'rate_limited'] as const) {
    yield { labels: { result, key_id: '' }, value: counts[result] }
  }
  for (const [id, results] of counts.byId) {
    for (const [result, value] of Object.entries(results) as [string, number][]) {
      if (value > 0) yield { labels: { result, key_id: id }, value }
    }
  }
}

function states({ keys }: Status): MetricSample[] {
  const now = Date.now()
  const count = { valid: 0, expired: 0, not_yet_valid: 0 }
  for (const { notBefore, expiresAt } of keys) {
    count[expiresAt <= now ? 'expired' : notBefore > now ? 'not_yet_valid' : 'valid']++
  }
  return Object.entries(count).map(([state, value]) => ({ labels: { state }, value }))
}

function nextExpiry({ keys }: Status): MetricSample[] {
  const now = Date.now()
  const next = keys.reduce(
    (least, { expiresAt }) => (expiresAt > now ? Math.min(least, expiresAt) : least),
    Infinity,
  )
  return next === Infinity ? [] : [{ labels: {}, value: (next - now) / 1_000 }]
}
