import { isIP } from 'node:net'

/**
 * Whom a client's address counts for: an IPv4 address for itself, an IPv6 address for its network of 64 bits, which is what one
 * customer gets and chooses addresses from. What is no address is `unknown`.
 *
 * @param address - `request.ip`. On a Unix socket there is none, and where a proxy is trusted it is what the proxy wrote, which
 * may be anything.
 */
export function clientNetwork(address: string | undefined): string {
  if (address === undefined || isIP(address) === 0) return 'unknown'
  if (!address.includes(':')) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1] as string
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  // What `::` stands for (RFC 4291, section 2.2). Groups after it may reach into the network.
  if (tail !== undefined) {
    const last = tail === '' ? [] : tail.split(':')
    const width = last.at(-1)?.includes('.') ? last.length + 1 : last.length
    while (groups.length + width < 8) groups.push('0')
    groups.push(...last)
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
