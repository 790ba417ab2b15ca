import { Type } from 'typebox'

const StateSchema = Type.Union([Type.Literal('healthy'), Type.Literal('degraded'), Type.Literal('unhealthy')])

/** What `GET /health` answers; with a status of 503 it is a problem document as well. */
export const HealthReportSchema = Type.Object({
  status: StateSchema,
  checks: Type.Optional(
    Type.Record(Type.String(), Type.Object({ state: StateSchema, message: Type.Optional(Type.String()) })),
  ),
})
