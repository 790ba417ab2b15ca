import { openDatabase } from '@chapkit/data'
import { expect, onTestFinished, test, vi } from 'vitest'

test("the user sees no warning about Node's own SQLite", async () => {
  const warned = vi.fn<(warning: Error) => void>()
  process.on('warning', warned)
  onTestFinished(() => void process.off('warning', warned))
  const emitWarning: unknown = Reflect.get(process, 'emitWarning')
  const database = await openDatabase()
  await database.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(warned).not.toHaveBeenCalled()
  expect(Reflect.get(process, 'emitWarning')).toBe(emitWarning)
})
