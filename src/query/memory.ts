/**
 * Watches the process's memory while queries run.
 *
 * A worker's JavaScript heap has a limit of its own, but SQLite in this build counts nothing, and an aggregate such as median() keeps every
 * value it sees. So the growth of the whole process is what is bounded.
 */

const everyMs = 100;

export class MemoryWatch {
  readonly #limit: number;
  readonly #exceeded: (far: boolean) => void;
  #timer: NodeJS.Timeout | undefined;
  /** Resident bytes when the first of the running queries began. */
  #before = 0;

  /**
   * @param limit bytes of growth.
   * @param exceeded called every 100 ms while it is exceeded; `far` when twice over.
   */
  constructor(limit: number, exceeded: (far: boolean) => void) {
    this.#limit = limit;
    this.#exceeded = exceeded;
  }

  /** Watches from now on, until `busy` says there is nothing left to watch. */
  watch(busy: () => boolean): void {
    if (this.#timer !== undefined) return;
    this.#before = process.memoryUsage.rss();
    this.#timer = setInterval(() => {
      const growth = process.memoryUsage.rss() - this.#before;
      if (!busy()) this.stop();
      else if (growth > this.#limit) this.#exceeded(growth > 2 * this.#limit);
    }, everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
