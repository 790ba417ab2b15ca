export async function start(): Promise<number> {
  throw new Error('Not there yet.')
}
