import { expect, test } from 'vitest'
import { addressList, isNetwork } from '../src/addresses.ts'

test('addresses and networks, IPv4 and IPv6', () => {
  const right = [
    '10.1.2.3',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '10.1.2.3/32',
    '2001:db8::/32',
    '::1',
    '::1/128',
    '::/0',
  ]
  expect(right.filter((text) => !isNetwork(text))).toEqual([])
  const wrong = [
    '',
    '10.1.2',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '/8',
    'localhost',
    'fe80::1%eth0',
  ]
  expect(wrong.filter(isNetwork)).toEqual([])
})

test('a list has the addresses of its networks', () => {
  const list = addressList(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1', 'no address'])
  const inside = ['10.0.0.1', '10.255.255.255', '192.0.2.7', '2001:db8:1::5', '::1', '2001:db8::1%eth0']
  expect(inside.filter((address) => !list.has(address))).toEqual([])
  const outside = [
    '11.0.0.1',
    '192.0.2.8',
    '2001:db9::1',
    '::2',
    '',
    'unknown',
    '10.0.0.1, 10.0.0.2',
    '10.0.0',
    undefined,
  ]
  expect(outside.filter((address) => list.has(address))).toEqual([])
  expect(addressList([]).has('10.0.0.1')).toBe(false)
})

test('row 26: IPv4 in IPv6 is IPv4', () => {
  const list = addressList(['10.0.0.0/8'])
  expect(['::ffff:10.0.0.1', '::FFFF:10.9.9.9', '::ffff:a00:1'].map((address) => list.has(address))).toEqual([
    true,
    true,
    true,
  ])
  expect(['::ffff:11.0.0.1', '::ffff:b00:1', '::10.0.0.1'].map((address) => list.has(address))).toEqual([
    false,
    false,
    false,
  ])
})
