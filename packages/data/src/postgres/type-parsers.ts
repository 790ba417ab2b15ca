import type { CustomTypesConfig, types } from 'pg'

/** How values of the server are read: whole numbers as numbers where these are safe, JSON as text for the codec. */
export function typeParsers({ builtins, getTypeParser }: typeof types): CustomTypesConfig {
  const { INT8, JSON, JSONB } = builtins
  return {
    getTypeParser(type, format) {
      if (format === 'binary') return getTypeParser(type, format)
      if (type === INT8) return parseInt8
      return type === JSON || type === JSONB ? asText : getTypeParser(type, 'text')
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
