import { Problem } from '@chapkit/core'
import { isAdministrative } from './scopes.ts'

/** What a route asks of the key of its requests. There is one for each set of scopes, so that decisions can be kept by it. */
export interface Requirement {
  /** All of them are needed. */
  readonly scopes: readonly string[]
  /** Whether a key without scopes lacks one. */
  readonly isAdministrative: boolean
  /** The answer to a key that lacks one (403). */
  readonly problem: Problem
}

/** What needs all of these scopes. */
export function requirementOf(scopes: readonly string[]): Requirement {
  const names = scopes.map((scope) => `'${scope}'`).join(', ')
  const plural = scopes.length > 1
  return Object.freeze({
    scopes: Object.freeze([...scopes]),
    isAdministrative: scopes.some(isAdministrative),
    problem: new Problem(
      'forbidden',
      `This needs the scope${plural ? 's' : ''} ${names}, which the API key does not have${plural ? ' all' : ''}.`,
      { extensions: { required_scopes: scopes } },
    ),
  })
}
