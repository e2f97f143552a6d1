/** Just enough of ASN.1 DER to read certificates. */

export interface DerNode {
  readonly tag: number;
  readonly content: Buffer;
}

/** Elements in a row; reading stops at the first that is broken. */
export function derChildren(data: Buffer): DerNode[] {
  const nodes: DerNode[] = [];
  let at = 0;
  while (at + 2 <= data.length) {
    const tag = data[at] ?? 0;
    let length = data[at + 1] ?? 0;
    let start = at + 2;
    if (length & 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > 4 || start + count > data.length) break;
      length = data.readUIntBE(start, count);
      start += count;
    }
    if (start + length > data.length) break;
    nodes.push({ tag, content: data.subarray(start, start + length) });
    at = start + length;
  }
  return nodes;
}

/** `1.2.840.113549.1.1.11` */
export function derOid(content: Buffer): string {
  const parts: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (parts.length === 0) parts.push(Math.min(2, Math.floor(value / 40)), value - Math.min(2, Math.floor(value / 40)) * 40);
    else parts.push(value);
    value = 0;
  }
  return parts.join('.');
}
