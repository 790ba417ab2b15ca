import { type HealthCheck, ServiceBuilder } from 'chapkit'

const upstream: HealthCheck = async (signal) => {
  const answer = await fetch('http://upstream:8000/health/live', { signal })
  return { state: answer.ok ? 'healthy' : 'unhealthy' }
}

export const service = new ServiceBuilder({ displayName: 'My Service' }).withHealth({
  timeout: 2_000, // Milliseconds, of each check
  cache: 1_000,
  checks: { upstream: { check: upstream, timeout: 500, cache: 10_000 } },
})
