import { Type } from 'typebox'

/** A config with a required member, defaults and limits. */
export const AppConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
  retries: Type.Integer({ minimum: 0, maximum: 10, default: 3 }),
  tags: Type.Array(Type.String(), { default: [] }),
})

/** The config of the services with keys. */
export const SmallConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
})

/** Any object. */
export const BaseConfig = Type.Object({})

/** The recorded cases create configs of the same names over and over; the original has no unique names. */
export const sharedNames = { uniqueNames: false } as const
