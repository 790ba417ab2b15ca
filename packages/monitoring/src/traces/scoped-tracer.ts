import type { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  trace,
  type Tracer,
} from '@opentelemetry/api'

/**
 * A tracer whose active span is that of its own service, and not one of the whole process: two services in one process do
 * not see each other.
 */
export class ScopedTracer implements Tracer {
  readonly #tracer: Tracer
  readonly #active: AsyncLocalStorage<Context>

  constructor(tracer: Tracer, active: AsyncLocalStorage<Context>) {
    this.#tracer = tracer
    this.#active = active
  }

  startSpan(name: string, options?: SpanOptions, parent?: Context): Span {
    return this.#tracer.startSpan(name, options, parent ?? this.#active.getStore() ?? ROOT_CONTEXT)
  }

  /** Runs `work` with a new span as the active one. It ends the span itself. */
  startActiveSpan<Work extends (span: Span) => ReturnType<Work>>(
    name: string,
    ...rest: readonly (SpanOptions | Context | Work | undefined)[]
  ): ReturnType<Work> {
    const work = rest.at(-1) as Work
    const [options, given] = rest.slice(0, -1) as [SpanOptions?, Context?]
    const parent = given ?? this.#active.getStore() ?? ROOT_CONTEXT
    const span = this.#tracer.startSpan(name, options, parent)
    return this.#active.run(trace.setSpan(parent, span), () => work(span))
  }
}
