import { InvalidOptionError, toProblem } from '@chapkit/core'
import { copyJson, type JsonFault } from '@chapkit/data'
import type { FastifyInstance } from 'fastify'
import type { TObject } from 'typebox'
import type { Config, ConfigInput } from './config.ts'
import { configInputSchema } from './schema.ts'

/** The schema of a service's configs at work. Clients and code go through the same one. */
export interface InputCheck<T> {
  /**
   * Checks what is to become a config, fills in the defaults of its schema and gives a copy.
   *
   * @throws Problem validation-failed (422), with a pointer to each place that is wrong.
   */
  check(input: unknown): ConfigInput<T>
  /** Fills the defaults into data that was stored when the schema had fewer of them. */
  complete(stored: Config): Config<T>
}

/**
 * Makes the check of a schema, by the rules that the service has for bodies.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for a schema that no JSON can be checked against.
 */
export function inputCheck<T>(app: FastifyInstance, data: TObject): InputCheck<T> {
  const validate = compile(app, data)
  return {
    check(input) {
      const { copy, faults } = copyJson(input ?? null)
      if (faults.length > 0) throw invalid(faults.map(asValidation))
      if (validate?.(copy) !== true) throw invalid(validate?.errors)
      return copy as ConfigInput<T>
    },
    complete(stored) {
      // The result does not matter: what was valid when it was stored is given as it is.
      void validate?.({ name: stored.name, data: stored.data })
      return stored as Config<T>
    },
  }
}

function compile(app: FastifyInstance, data: TObject) {
  const schema = configInputSchema(data)
  try {
    return app.validatorCompiler?.({ schema, method: 'POST', url: '', httpPart: 'body' })
  } catch (error) {
    throw new InvalidOptionError(
      `withConfig(): the schema cannot be used: ${(error as Error).message}. Use types that JSON has, and patterns that are valid.`,
    )
  }
}

function invalid(validation: unknown): Error {
  return toProblem({ validation, validationContext: 'config' })
}

function asValidation({ pointer, detail }: JsonFault) {
  return { instancePath: pointer, message: detail, params: {} }
}
