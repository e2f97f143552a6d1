/** A file of lines that is rotated: results.log, then results.log.1 (the newest of the old) and so on. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';

export interface ResultLogOptions {
  readonly path: string;
  /** The file is put aside before it grows beyond this. */
  readonly maxBytes: number;
  /** Old files that are kept. */
  readonly files: number;
}

/** Written lines are on disk when `append` resolves. One writer a file. */
export class ResultLog {
  readonly #options: ResultLogOptions;
  #file: FileHandle | undefined;
  #size = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: ResultLogOptions) {
    this.#options = options;
  }

  /** Rejects when the lines could not be written; then none or some of them were, and the next ones begin a line of their own. */
  append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    const written = this.#last.then(() => this.#write(lines));
    // One failure must not fail those that come after it.
    this.#last = written.catch(() => {});
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #write(lines: readonly string[]): Promise<void> {
    try {
      const bytes = Buffer.from(lines.join(''));
      const file = await this.#ready(bytes.length);
      await file.appendFile(bytes);
      this.#size += bytes.length;
      await file.datasync();
    } catch (error) {
      await this.#file?.close().catch(() => {});
      this.#file = undefined;
      throw error;
    }
  }

  async #ready(more: number): Promise<FileHandle> {
    let file = this.#file ?? (await this.#open());
    if (this.#size > 0 && this.#size + more > this.#options.maxBytes) {
      await file.close();
      this.#file = undefined;
      await this.#rotate();
      file = await this.#open();
    }
    return file;
  }

  async #open(): Promise<FileHandle> {
    // Results may hold what only root may know.
    const file = await open(this.#options.path, 'a+', 0o600);
    this.#file = file;
    this.#size = (await file.stat()).size;
    if (this.#size === 0) return file;
    const last = Buffer.alloc(1);
    await file.read(last, 0, 1, this.#size - 1);
    // A crash, or a full disk, cut the last line short.
    if (last.toString() !== '\n') {
      await file.appendFile('\n');
      this.#size++;
    }
    return file;
  }

  async #rotate(): Promise<void> {
    const { path, files } = this.#options;
    const missing = (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    };
    if (files === 0) {
      await rm(path, { force: true });
      return;
    }
    for (let number = files - 1; number >= 1; number--) await rename(`${path}.${number}`, `${path}.${number + 1}`).catch(missing);
    await rename(path, `${path}.1`);
  }
}
