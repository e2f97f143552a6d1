/** The files that targets mean. */
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface WalkOptions {
  readonly recursive: boolean;
  /** Symbolic links are passed over. */
  readonly noFollow: boolean;
  /** Told of what could not be looked at. */
  problem(path: string, reason: string): void;
}

const reasonOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));

async function* folder(path: string, options: WalkOptions, entered: Set<string>): AsyncGenerator<string> {
  const info = await stat(path, { bigint: true });
  const key = `${info.dev}:${info.ino}`;
  // A loop of links, or a folder that two links lead to.
  if (entered.has(key)) return;
  entered.add(key);
  for await (const entry of await opendir(path)) {
    const child = join(path, entry.name);
    if (entry.isFile()) yield child;
    else if (entry.isDirectory()) {
      if (options.recursive) yield* guarded(child, options, entered);
    } else if (entry.isSymbolicLink() && !options.noFollow) {
      const target = await stat(child).catch(() => undefined);
      if (target?.isFile()) yield child;
      else if (target?.isDirectory() && options.recursive) yield* guarded(child, options, entered);
    }
  }
}

async function* guarded(path: string, options: WalkOptions, entered: Set<string>): AsyncGenerator<string> {
  try {
    yield* folder(path, options, entered);
  } catch (error) {
    options.problem(path, reasonOf(error));
  }
}

/** A file is itself; a folder its files, and with `recursive` those below it. Folders are entered once. */
export async function* walk(target: string, options: WalkOptions): AsyncGenerator<string> {
  const info = await stat(target).catch((error: unknown) => reasonOf(error));
  if (typeof info === 'string') options.problem(target, info === 'ENOENT' ? 'no such file or folder' : info);
  else if (info.isDirectory()) yield* guarded(target, options, new Set());
  else yield target;
}
