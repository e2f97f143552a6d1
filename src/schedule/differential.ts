/** What changed between two results: the exact difference of two multisets of rows. */

export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Rows are texts that are equal where the rows are. Order of each list is that of its result. */
export function difference(before: readonly string[], after: readonly string[]): Difference {
  const counts = new Map<string, number>();
  for (const row of before) counts.set(row, (counts.get(row) ?? 0) + 1);
  const added: string[] = [];
  for (const row of after) {
    const count = counts.get(row) ?? 0;
    if (count === 0) added.push(row);
    else counts.set(row, count - 1);
  }
  const removed: string[] = [];
  for (const row of before) {
    const count = counts.get(row) ?? 0;
    if (count === 0) continue;
    removed.push(row);
    counts.set(row, count - 1);
  }
  return { added, removed };
}
