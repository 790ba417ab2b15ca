import { BlockList, isIP, isIPv4 } from 'node:net'

/** Addresses that a key may be sent from. */
export interface AddressList {
  /** Whether the address is one of them. What is no address is none, and on a Unix socket there is none. */
  has(address: string | undefined): boolean
}

const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** Whether this is an address, or a network: `10.1.2.3`, `10.0.0.0/8`, `2001:db8::/32`. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined
}

/** A list of addresses and networks; what is neither adds nothing. */
export function addressList(networks: readonly string[]): AddressList {
  const list = new BlockList()
  for (const network of networks.map(parseNetwork)) {
    if (network !== undefined) list.addSubnet(network.address, network.length, network.family)
  }
  return {
    has(given) {
      if (given === undefined || isIP(given) === 0) return false
      const address = plainAddress(given)
      return list.check(address, familyOf(address))
    },
  }
}

/** Without the zone of a link-local address, and IPv4 as such, where a socket takes both kinds. */
function plainAddress(given: string): string {
  const [address = ''] = given.split('%')
  return IPV4_IN_IPV6.exec(address)?.[1] ?? address
}

function parseNetwork(text: string) {
  const [, address = '', given] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  if (isIP(address) === 0 || address.includes('%')) return undefined
  const bits = isIPv4(address) ? 32 : 128
  const length = given === undefined ? bits : Number(given)
  return length > bits ? undefined : { address, length, family: familyOf(address) }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}
