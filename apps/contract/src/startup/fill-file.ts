/** Replaces `{file}` in every text of a value by the path of the case's file. */
export function fillFile<Value>(value: Value, file: string): Value {
  return JSON.parse(JSON.stringify(value).replaceAll('{file}', JSON.stringify(file).slice(1, -1))) as Value
}
