import { checkedOption, parseOptions, pathOption } from '@chapkit/core'
import { Type } from 'typebox'

/** Options of `withMonitoring()`. */
export interface MonitoringOptions {
  /** Path of the page that Prometheus reads. It needs a key, with the scope `metrics:read`. Default: `/metrics`. */
  readonly prefix?: string
  /** Name of the service in metrics and traces. Default: OTEL_SERVICE_NAME, else the service's `displayName`. */
  readonly serviceName?: string
  /** Tags of the operation in the OpenAPI document. Default: `['Observability']`. */
  readonly tags?: readonly string[]
  /**
   * Whether traces are sent, and where. Default: when the environment names a collector (OTEL_EXPORTER_OTLP_ENDPOINT or
   * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT).
   */
  readonly traces?: boolean | TraceOptions
}

/** Where traces are sent. What is not given is read from the environment, as OpenTelemetry defines it. */
export interface TraceOptions {
  /**
   * URL that takes traces by OTLP over HTTP; one without a path gets `/v1/traces`. Default: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
   * OTEL_EXPORTER_OTLP_ENDPOINT, else `http://localhost:4318/v1/traces`.
   */
  readonly url?: string
  /** Headers for the collector, a token for example. Default: OTEL_EXPORTER_OTLP_HEADERS. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Part of the traces that begin here, from 0 to 1; one that began elsewhere is followed as it was decided there.
   * Default: OTEL_TRACES_SAMPLER, else 1.
   */
  readonly sampleRatio?: number
}

/** Options with all that has a default. */
export interface ParsedMonitoringOptions {
  readonly prefix: string
  readonly tags: readonly string[]
  readonly serviceName?: string | undefined
  readonly traces: TraceOptions | undefined
}

const CollectorUrl = checkedOption<string>(
  (value) => typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
  "a URL such as 'http://collector:4318/v1/traces'",
)

const Traces = Type.Object(
  {
    url: Type.Optional(CollectorUrl),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    sampleRatio: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  },
  { additionalProperties: false },
)

const Options = Type.Object(
  {
    prefix: pathOption({ default: '/metrics' }),
    serviceName: Type.Optional(Type.String({ minLength: 1 })),
    tags: Type.Array(Type.String(), { default: ['Observability'] }),
    traces: Type.Optional(
      checkedOption<boolean | TraceOptions>(
        (value) => typeof value === 'boolean' || (typeof value === 'object' && value !== null),
        'true, false or an object: { url, headers, sampleRatio }',
      ),
    ),
  },
  { additionalProperties: false },
)

/** @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid. */
export function parseMonitoringOptions(
  options: MonitoringOptions,
  env: NodeJS.ProcessEnv,
): ParsedMonitoringOptions {
  const { traces, ...parsed } = parseOptions(Options, options, 'withMonitoring()')
  return { ...parsed, traces: parseTraces(traces ?? namesCollector(env), env) }
}

function parseTraces(traces: boolean | TraceOptions, env: NodeJS.ProcessEnv): TraceOptions | undefined {
  const given = typeof traces === 'object' ? traces : {}
  const parsed = parseOptions(Traces, given, 'withMonitoring({ traces })')
  return traces === false || env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' ? undefined : parsed
}

function namesCollector(env: NodeJS.ProcessEnv): boolean {
  if (env['OTEL_TRACES_EXPORTER'] === 'none') return false
  return Boolean(env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'])
}
