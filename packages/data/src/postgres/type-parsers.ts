import type { CustomTypesConfig, types } from 'pg'

const INT8 = 20
const JSON_TYPES = new Set([114, 3802])

/** How values of the server are read: whole numbers as numbers where these are safe, JSON as text for the codec. */
export function typeParsers(defaults: typeof types): CustomTypesConfig {
  return {
    getTypeParser(type: number, format?: 'text' | 'binary') {
      if (format !== 'binary' && type === INT8) return parseInt8
      if (format !== 'binary' && JSON_TYPES.has(type)) return asText
      return defaults.getTypeParser(type, format as 'text')
    },
  }
}

function parseInt8(text: string): number | string {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : text
}

function asText(text: string): string {
  return text
}
