/** What the user of the command is told, word for word. */
export class CommandFailure extends Error {}

/** What to tell of an error: its sentence, and the reason when it has one of its own. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof CommandFailure) return error.message
  const reason =
    error.cause instanceof Error && !error.message.includes(error.cause.message) ? error.cause : undefined
  return reason ? `${error.message} (${reason.message})` : error.message
}

/** The text without the password of the database URL, in whatever form it is there. */
export function withoutPassword(text: string, url: string): string {
  const [, encoded = ''] = /^[^:]+:\/\/[^:@/]*:([^@]*)@/.exec(url) ?? []
  const forms = new Set([encoded, decoded(encoded)])
  let hidden = text
  for (const form of forms) if (form !== '') hidden = hidden.replaceAll(form, '***')
  return hidden
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
