/** Private ranges in which to search free subnets, by their first two bytes: the preferred one first. */
const ranges = ['10.231', '172.30', '192.168'];

/** Returns the /24 subnets that overlap with none of these, in the order in which they are to be tried. */
export function freeSubnets(taken: readonly string[]): readonly string[] {
  const all = ranges.flatMap((range) => Array.from({ length: 256 }, (_, byte) => `${range}.${byte}.0/24`));
  return all.filter((one) => !taken.some((other) => overlaps(one, other)));
}

/** @param one an IPv4 subnet, such as `10.0.0.0/8`; without a length, one address */
export function overlaps(one: string, other: string): boolean {
  const [first, second] = [bitsOf(one), bitsOf(other)];
  return first.startsWith(second) || second.startsWith(first);
}

/** Returns the common leading bits of all addresses of a subnet. */
function bitsOf(subnet: string): string {
  const [address = '', length = '32'] = subnet.split('/');
  const bits = address.split('.').map((byte) => Number(byte).toString(2).padStart(8, '0'));
  return bits.join('').slice(0, Number(length));
}
