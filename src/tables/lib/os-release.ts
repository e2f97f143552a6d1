/** os-release(5) and other files of shell assignments. */

/** Assignments by name, with shell quotes taken off. Lines that are none are skipped. */
export function parseAssignments(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    if (match) found.set(match[1] ?? '', unquote((match[2] ?? '').trim()));
  }
  return found;
}

function unquote(text: string): string {
  const quote = text[0];
  if (text.length >= 2 && (quote === '"' || quote === "'") && text.endsWith(quote)) {
    const inner = text.slice(1, -1);
    return quote === '"' ? inner.replace(/\\(["\\$`])/g, '$1') : inner;
  }
  return text;
}
