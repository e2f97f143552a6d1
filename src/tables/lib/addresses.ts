/** Internet addresses in the forms the kernel prints them. */

/** `0100007F` of /proc/net/tcp (the four bytes as one number of the machine, little-endian here) as `127.0.0.1`. */
export function ipv4OfKernelHex(hex: string): string {
  const number = Number.parseInt(hex, 16);
  return littleEndian
    ? `${number & 255}.${(number >>> 8) & 255}.${(number >>> 16) & 255}.${number >>> 24}`
    : `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

/** The 32 digits of /proc/net/tcp6: four such numbers. */
export function ipv6OfKernelHex(hex: string): string {
  if (!littleEndian) return ipv6OfHex(hex);
  let ordered = '';
  for (let word = 0; word < 32; word += 8) for (let byte = 6; byte >= 0; byte -= 2) ordered += hex.slice(word + byte, word + byte + 2);
  return ipv6OfHex(ordered);
}

/** The 32 digits of /proc/net/if_inet6 and ipv6_route, in network order, as inet_ntop(3) writes them. */
export function ipv6OfHex(hex: string): string {
  const groups: number[] = [];
  for (let i = 0; i < 32; i += 4) groups.push(Number.parseInt(hex.slice(i, i + 4), 16));
  let bestStart = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      bestStart = i;
      bestLength = length;
    }
    if (length > 0) i += length - 1;
  }
  // IPv4 inside IPv6: ::ffff:a.b.c.d, and the old compatible form ::a.b.c.d.
  const mapped = bestStart === 0 && (bestLength === 6 || (bestLength === 5 && groups[5] === 0xffff));
  if (mapped) {
    const [high = 0, low = 0] = groups.slice(6);
    return `${bestLength === 5 ? '::ffff:' : '::'}${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  if (bestStart < 0) return groups.map((group) => group.toString(16)).join(':');
  const before = groups.slice(0, bestStart).map((group) => group.toString(16));
  const after = groups.slice(bestStart + bestLength).map((group) => group.toString(16));
  return `${before.join(':')}::${after.join(':')}`;
}

/** `ffff:ffff:ffff:ffff::` for 64. */
export function ipv6Mask(prefix: number): string {
  let hex = '';
  for (let i = 0; i < 32; i++) {
    const bits = Math.max(0, Math.min(4, prefix - i * 4));
    hex += ((0xf << (4 - bits)) & 0xf).toString(16);
  }
  return ipv6OfHex(hex);
}

/** Number of leading ones of a dotted mask. */
export function prefixOfMask(mask: string): number {
  let ones = 0;
  for (const part of mask.split('.')) for (let byte = Number(part); byte > 0; byte = (byte << 1) & 255) ones++;
  return ones;
}

/** Broadcast address of a network; undefined for networks of one or two addresses, which have none. */
export function broadcastOf(address: string, mask: string): string | undefined {
  if (prefixOfMask(mask) >= 31) return undefined;
  const bits = mask.split('.').map(Number);
  return address
    .split('.')
    .map((part, i) => Number(part) | (~(bits[i] ?? 0) & 255))
    .join('.');
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
