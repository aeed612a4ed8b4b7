/** Which addresses a program may send requests to: what is read from an address, and what is public. */
import { BlockList, isIP } from 'node:net';
import { Stop } from '../engine.ts';

/** Units of an address. */
const LONGEST = 8192;

/**
 * The address as the URL standard reads it, whatever it looks like; its host is what a scope names.
 * @throws Stop `failed` for what is none, has another scheme, or names a user
 */
export function addressOf(text: string): URL {
  const refuse = (why: string): Stop => new Stop('failed', `A program cannot send a request to this address: ${why}.`);
  if (text.length > LONGEST) throw refuse(`it has more than ${LONGEST} characters`);
  const url = URL.parse(text);
  if (url === null) throw refuse('it is no whole address, as https://api.example.org/prices');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refuse(`its scheme is ${url.protocol.slice(0, -1)}, and only https and http can be used`);
  if (url.username !== '' || url.password !== '') throw refuse('it holds a name or a password');
  url.hash = '';
  return url;
}

/** Not reached from outside: IANA's special-purpose registries for IPv4 and IPv6, and multicast. */
const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4');
// Of IPv6 only what is given out for the public net is public, without what wraps addresses of IPv4 or is kept for examples.
const PUBLIC_6 = new BlockList();
PUBLIC_6.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6');

/** @param address as numbers, without brackets */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !PRIVATE.check(address, 'ipv4');
    case 6:
      return PUBLIC_6.check(address, 'ipv6') && !PRIVATE.check(address, 'ipv6');
    default:
      return false;
  }
}

/**
 * Whether a host is one of this machine or net by its name already. A name of the public net that leads into the private one is
 * never let through, whatever was granted: whoever owns the name decides where it leads, and may decide anew at any time.
 */
export function isOwnName(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  const plain = name.replace(/^\[|\]$/g, '');
  if (isIP(plain) !== 0) return !isPublic(plain);
  return !name.includes('.') || /\.(localhost|local|internal|lan|home\.arpa|test)$/.test(name);
}
