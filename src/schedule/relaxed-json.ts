/**
 * JSON as osquery's packs have it: `//`, `#` and block comments, trailing commas, lines continued with a backslash inside strings, and line
 * ends inside strings.
 */

/** A mistake, with its place. */
export class RelaxedJsonError extends Error {
  /** From 1. */
  readonly line: number;
  readonly column: number;

  constructor(reason: string, text: string, at: number) {
    super(reason);
    const before = text.slice(0, at).split('\n');
    this.line = before.length;
    this.column = (before.at(-1)?.length ?? 0) + 1;
  }
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const maxDepth = 100;

class Parser {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) throw this.#error('something follows the end of the document');
    return value;
  }

  #error(reason: string): RelaxedJsonError {
    return new RelaxedJsonError(reason, this.#text, this.#at);
  }

  /** White space and comments; also a backslash before a line end, which some packs have between lines of a value. */
  #skip(): void {
    const gap = /(?:[\s\uFEFF]|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|\\\r?\n)*/y;
    gap.lastIndex = this.#at;
    gap.exec(this.#text);
    this.#at = gap.lastIndex;
  }

  #eat(char: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #value(depth: number): unknown {
    if (depth > maxDepth) throw this.#error('nested too deep');
    if (this.#eat('{')) return this.#object(depth);
    if (this.#eat('[')) return this.#array(depth);
    if (this.#eat('"')) return this.#string();
    const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
    word.lastIndex = this.#at;
    const found = word.exec(this.#text)?.[0];
    if (found === undefined)
      throw this.#error(this.#at >= this.#text.length ? 'the document stops before it is complete' : 'a value is expected here');
    this.#at += found.length;
    return JSON.parse(found);
  }

  #object(depth: number): Record<string, unknown> {
    // Without a prototype: a key may be called __proto__.
    const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    while (!this.#eat('}')) {
      if (!this.#eat('"')) throw this.#error('a key in double quotes, or }, is expected here');
      const key = this.#string();
      if (!this.#eat(':')) throw this.#error('a colon is expected after the key');
      object[key] = this.#value(depth + 1);
      if (this.#eat(',')) continue;
      if (this.#eat('}')) break;
      throw this.#error('a comma or } is expected here');
    }
    return object;
  }

  #array(depth: number): unknown[] {
    const array: unknown[] = [];
    while (!this.#eat(']')) {
      array.push(this.#value(depth + 1));
      if (this.#eat(',')) continue;
      if (this.#eat(']')) break;
      throw this.#error('a comma or ] is expected here');
    }
    return array;
  }

  #string(): string {
    let result = '';
    for (;;) {
      const plain = /[^"\\]*/y;
      plain.lastIndex = this.#at;
      result += plain.exec(this.#text)?.[0] ?? '';
      this.#at = plain.lastIndex;
      const char = this.#text[this.#at];
      if (char === undefined) throw this.#error('a string does not end');
      this.#at++;
      if (char === '"') return result;
      result += this.#escape();
    }
  }

  #escape(): string {
    const continued = /\r?\n/y;
    continued.lastIndex = this.#at;
    const end = continued.exec(this.#text)?.[0];
    if (end !== undefined) {
      this.#at += end.length;
      return '';
    }
    const char = this.#text[this.#at] ?? '';
    const hex = char === 'u' ? /^[0-9a-fA-F]{4}/.exec(this.#text.slice(this.#at + 1, this.#at + 5))?.[0] : undefined;
    const meant = hex === undefined ? escapes[char] : String.fromCharCode(Number.parseInt(hex, 16));
    if (meant === undefined) throw this.#error(`\\${char} means nothing in a string`);
    this.#at += 1 + (hex?.length ?? 0);
    return meant;
  }
}

/**
 * The value of a relaxed JSON text. Objects have no prototype.
 *
 * @throws RelaxedJsonError
 * @example parseRelaxedJson('{"a": 1, // one\n}') // {a: 1}
 */
export function parseRelaxedJson(text: string): unknown {
  return new Parser(text).document();
}
