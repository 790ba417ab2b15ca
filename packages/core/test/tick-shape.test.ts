import { expect, test } from 'vitest'
import { tickObject } from '../src/kernel/tick-shape.ts'

test('it is what process.nextTick() makes', () => {
  expect(tickObject).toMatchObject({ callback: expect.any(Function) })
})
