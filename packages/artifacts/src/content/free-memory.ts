import { MessageChannel } from 'node:worker_threads'

/** Gives memory back. */
export type FreeMemory = (bytes: Uint8Array) => void

/**
 * Makes what gives the memory of bytes back at once, instead of with the next garbage collection, which comes after some
 * 64 MiB. The bytes are empty then, so nobody may need them any more. What shares its memory with others is left alone.
 */
export function memoryFreer(): FreeMemory {
  const detach = 'transfer' in ArrayBuffer.prototype ? shrink : sendNowhere()
  return ({ buffer, byteLength }) => {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) detach(buffer)
  }
}

function shrink(buffer: ArrayBuffer): void {
  ;(buffer as ArrayBuffer & { transfer(length: number): ArrayBuffer }).transfer(0)
}

/** Before Node 22: what is given to a port that is closed goes with the message. */
function sendNowhere(): (buffer: ArrayBuffer) => void {
  const { port1, port2 } = new MessageChannel()
  port1.close()
  port2.close()
  return (buffer) => port1.postMessage(undefined, [buffer])
}
