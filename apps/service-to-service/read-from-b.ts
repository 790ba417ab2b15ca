import { Problem } from 'chapkit'

const URL_OF_B = process.env['SERVICE_B_URL'] ?? 'http://service-b:8000'
const KEY_OF_B = process.env['SERVICE_B_API_KEY'] ?? ''
const TIMEOUT_MS = 2000

/** Asks service B. Whatever goes wrong there, the client of service A gets a 503 that says so, and A's log the cause. */
export async function readFromB(): Promise<{ values: number[] }> {
  try {
    const response = await fetch(`${URL_OF_B}/api/v1/data`, {
      headers: { 'X-API-Key': KEY_OF_B },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (!response.ok) throw new Error(`Service B answered ${response.status}`)
    return (await response.json()) as { values: number[] }
  } catch (cause) {
    throw new Problem('unavailable', 'Service B cannot be reached; try again later.', { cause })
  }
}
