import { ExportResultCode } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import type { MetricFamily } from '@chapkit/core'
import type { FastifyBaseLogger } from 'fastify'
import type { TraceOptions } from '../options.ts'

/** Spans that wait for the collector at most, those on their way to it among them. */
const MAX_PENDING = 2048

/** How many spans went which way. */
interface SpanCounts {
  exported: number
  failed: number
  dropped: number
}

/** Sends spans to the collector, some seconds later, and counts what becomes of them. */
export interface SpanExport {
  readonly processor: SpanProcessor
  readonly metrics: MetricFamily
}

/** Sends spans by OTLP over HTTP. A collector that does not answer costs spans, and nothing else. */
export function spanExport({ url, headers }: TraceOptions, log: FastifyBaseLogger): SpanExport {
  const counts: SpanCounts = { exported: 0, failed: 0, dropped: 0 }
  const exporter = new OTLPTraceExporter({
    ...(url !== undefined && { url: withPath(url) }),
    ...(headers && { headers: { ...headers } }),
  })
  return {
    processor: new BoundedProcessor(exporter, counts, log),
    metrics: {
      name: 'chapkit_traces_spans_total',
      help: 'Spans by what became of them: exported, failed at the collector, or dropped since too many waited.',
      type: 'counter',
      collect: () =>
        Object.entries(counts).map(([result, value]) => ({ labels: { result }, value: value as number })),
    },
  }
}

function withPath(url: string): string {
  const parsed = new URL(url)
  if (parsed.pathname === '/') parsed.pathname = '/v1/traces'
  return parsed.href
}

/** OpenTelemetry's batches, with a bound for all that waits, and counted: theirs counts to nowhere. */
class BoundedProcessor implements SpanProcessor {
  readonly #batches: BatchSpanProcessor
  readonly #counts: SpanCounts
  #pending = 0

  constructor(exporter: SpanExporter, counts: SpanCounts, log: FastifyBaseLogger) {
    this.#counts = counts
    let isFailing = false
    this.#batches = new BatchSpanProcessor(
      {
        export: (spans, done) => {
          exporter.export(spans, (result) => {
            const hasFailed = result.code !== ExportResultCode.SUCCESS
            this.#pending -= spans.length
            counts[hasFailed ? 'failed' : 'exported'] += spans.length
            if (hasFailed && !isFailing) {
              log.warn(
                { reason: result.error?.message, message: 'Spans are lost' },
                'monitoring.export_failed',
              )
            } else if (!hasFailed && isFailing) {
              log.warn({ lost: counts.failed + counts.dropped }, 'monitoring.export_recovered')
            }
            isFailing = hasFailed
            done(result)
          })
        },
        shutdown: () => exporter.shutdown(),
      },
      { maxQueueSize: MAX_PENDING },
    )
  }

  onStart(): void {
    // Spans are of interest when they end.
  }

  onEnd(span: ReadableSpan): void {
    if (this.#pending >= MAX_PENDING) {
      this.#counts.dropped++
      return
    }
    this.#pending++
    this.#batches.onEnd(span)
  }

  forceFlush(): Promise<void> {
    return this.#batches.forceFlush()
  }

  shutdown(): Promise<void> {
    return this.#batches.shutdown()
  }
}
