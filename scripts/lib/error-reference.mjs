/** The error catalogue, as Markdown. */

const cell = (text) => text.replaceAll('|', '\\|');
// Placeholders are filled with what the user gave.
const words = (text) => cell(text.replace(/\{(\w+)\}/g, '‹$1›'));

/** @param {Readonly<Record<string, {status: number, exit: number, message: string, hint: string}>>} catalogue */
export function errorReference(catalogue) {
  const rows = Object.entries(catalogue).map(
    ([code, { status, exit, message, hint }]) => `| \`${code}\` | ${status} | ${exit} | ${words(message)} | ${words(hint)} |`,
  );
  return `# Errors

Written by \`npm run docs\` from \`src/errors.ts\`: change that, not this.

Every error has a code that never changes its meaning and is never used again, a sentence that names what was wrong, and a hint that says what to do next. Over HTTP it is
\`{"ok": false, "code", "error", "hint", "position"?}\` with the status below; the command line prints the sentence and the hint on standard error and ends with the exit code below.
\`position\` is an offset in the SQL, in UTF-16 code units from 0; the command line counts characters from 1. Parts in ‹› are filled in.

| code | HTTP | exit | message | hint |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
