import { InvalidOptionError, toProblem } from '@chapkit/core'
import type { FastifyInstance } from 'fastify'
import { copyJson, type JsonFault } from '../copy-json.ts'

/** The schema of a kind of entities at work. Clients and code go through the same one. */
export interface InputCheck {
  /**
   * Checks what is to become an entity, fills in the defaults of its schema and gives a copy.
   *
   * @throws Problem validation-failed (422), with a pointer to each place that is wrong.
   */
  check(input: unknown): Record<string, unknown>
  /** Fills in the defaults that the schema did not have yet when the members were stored; what is not valid stays as it is. */
  complete(members: object): void
}

/**
 * Makes the check of a schema, by the rules that the service has for bodies.
 *
 * @param name - What is checked, for the text of problems: `config`.
 * @param call - Who passed the schema, for the text of an error: `withConfig()`.
 * @throws CHAPKIT_ERR_INVALID_OPTION for a schema that no JSON can be checked against.
 */
export function inputCheck(app: FastifyInstance, schema: object, name: string, call: string): InputCheck {
  const validate = compile(app, schema, call)
  const invalid = (validation: unknown) => toProblem({ validation, validationContext: name })
  return {
    check(input) {
      const { copy, faults } = copyJson(input ?? null)
      if (faults.length > 0) throw invalid(faults.map(asValidation))
      if (validate?.(copy) !== true) throw invalid(validate?.errors)
      return copy as Record<string, unknown>
    },
    complete(members) {
      void validate?.(members)
    },
  }
}

function compile(app: FastifyInstance, schema: object, call: string) {
  try {
    return app.validatorCompiler?.({ schema, method: 'POST', url: '', httpPart: 'body' })
  } catch (error) {
    throw new InvalidOptionError(
      `${call}: the schema cannot be used: ${(error as Error).message}. Use types that JSON has, and patterns that are valid.`,
    )
  }
}

function asValidation({ pointer, detail }: JsonFault) {
  return { instancePath: pointer, message: detail, params: {} }
}
