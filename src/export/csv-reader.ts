/** CSV as RFC 4180 has it, a part of a file at a time. */

/** A field, and whether it was quoted: an empty one is NULL, a quoted empty one is the empty string. */
export interface Field {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * Records of a CSV text.
 *
 * @throws Error naming the line where a quoted field is not closed.
 */
export async function* csvRecords(parts: AsyncIterable<string>): AsyncGenerator<Field[]> {
  let record: Field[] = [];
  let text = '';
  let quoted = false;
  // Whether a quoted field is open, and whether its last character was a quote that may close it or begin a pair.
  let open = false;
  let quote = false;
  let line = 1;
  let opened = 1;
  const endField = () => {
    record.push({ text, quoted });
    text = '';
    quoted = false;
    quote = false;
  };
  for await (const part of parts) {
    const finished: Field[][] = [];
    for (const c of part) {
      if (c === '\n') line++;
      if (open && !quote) {
        if (c === '"') quote = true;
        else text += c;
        continue;
      }
      if (open && c === '"') {
        text += c;
        quote = false;
        continue;
      }
      open = false;
      if (c === '"' && text === '' && !quoted) {
        open = quoted = true;
        quote = false;
        opened = line;
      } else if (c === ',') endField();
      else if (c === '\n') {
        endField();
        finished.push(record);
        record = [];
      } else if (c !== '\r') text += c;
    }
    yield* finished;
  }
  if (open && !quote) throw new Error(`the quoted field that begins in line ${opened} is not closed`);
  if (text !== '' || quoted || record.length > 0) {
    endField();
    yield record;
  }
}
