/** A line of the log. */
export type LogLine = Record<string, unknown> & { event: string; level: string }

/** Keeps what is logged; give `stream` to the service as `logStream`. */
export function captureLog() {
  const written: string[] = []
  return {
    stream: { write: (line: string): void => void written.push(line) },
    /** All that was written. */
    text: (): string => written.join(''),
    /** The lines, or those of one event. */
    lines: (event?: string): LogLine[] =>
      written
        .map((line) => JSON.parse(line) as LogLine)
        .filter((line) => event === undefined || line.event === event),
  }
}
