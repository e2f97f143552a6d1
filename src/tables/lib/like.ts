/** SQL LIKE patterns as regular expressions, with osquery's reading of `%` in paths. */

const special = /[\\^$.*+?()[\]{}|/]/g;

/**
 * A pattern for one name or for a path: `%` stands for anything within a name, `%%` for anything at all, `_` for one character of a name.
 * LIKE ignores case, so this does.
 */
export function likeRegExp(pattern: string): RegExp {
  const source = pattern.replace(/%%+|%|_|[^%_]+/g, (part) => {
    if (part === '%') return '[^/]*';
    if (part === '_') return '[^/]';
    if (part.startsWith('%')) return '.*';
    return part.replace(special, '\\$&');
  });
  return new RegExp(`^${source}$`, 'is');
}

/** What every match begins with, up to the first wildcard. */
export function literalPrefix(pattern: string): string {
  const wildcard = pattern.search(/[%_]/);
  return wildcard < 0 ? pattern : pattern.slice(0, wildcard);
}
