import type { Primary } from './worker.ts'

/** Signals that a terminal or an orchestrator may send to all processes of a service at once. */
export const GROUP_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const

/**
 * Calls `stop` once, whoever asks for the end of a worker: a signal, its primary, or both in any order. A second signal ends
 * the process at once.
 *
 * @returns Ends it: the service closes by itself.
 */
export function stopOnce(primary: Primary, stop: () => void): () => void {
  let isStopping = false
  let signals = 0
  const once = (): void => {
    if (isStopping) return
    isStopping = true
    stop()
  }
  const onSignal = (): void => {
    signals++
    if (signals > 1) process.exit(1)
    once()
  }
  for (const signal of GROUP_SIGNALS) process.on(signal, onSignal)
  primary.onStop(once)
  return () => {
    if (isStopping) return
    isStopping = true
    for (const signal of GROUP_SIGNALS) process.off(signal, onSignal)
    primary.leave()
  }
}
