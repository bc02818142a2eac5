import { asProblem, type Problem } from '../../api/problem';
import type { Uploaded } from '../../api/types';
import { MAX_FILE_BYTES, upload } from '../../api/upload';
import { Problem as Refusal } from '../../api/problem';

export type Upload = { key: number; file: File; part: number; done: Uploaded | null; problem: Problem | null };

/** Files on their way to the server, before they are part of a message. */
export class Uploads {
  list = $state<Upload[]>([]);
  #stops = new Map<number, AbortController>();
  #nextKey = 1;

  get busy(): boolean {
    return this.list.some((it) => !it.done && !it.problem);
  }
  get ready(): Uploaded[] {
    return this.list.flatMap((it) => (it.done ? [it.done] : []));
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      const key = this.#nextKey++;
      // Checked here too, so that nobody waits for a long upload to be refused.
      const problem = file.size > MAX_FILE_BYTES ? new Refusal(413, 'too_large', '') : null;
      this.list.push({ key, file, part: 0, done: null, problem });
      if (!problem) void this.#send(key);
    }
  }

  retry(key: number): void {
    const it = this.#find(key);
    if (!it) return;
    it.problem = null;
    it.part = 0;
    void this.#send(key);
  }

  remove(key: number): void {
    this.#stops.get(key)?.abort();
    this.list = this.list.filter((it) => it.key !== key);
  }

  /** What has gone with a message is no longer ours; what could not be uploaded stays, to be tried again. */
  sent(): void {
    this.list = this.list.filter((it) => !it.done);
  }

  clear(): void {
    for (const stop of this.#stops.values()) stop.abort();
    this.list = [];
  }

  #find = (key: number): Upload | undefined => this.list.find((it) => it.key === key);

  async #send(key: number): Promise<void> {
    const stop = new AbortController();
    this.#stops.set(key, stop);
    const file = this.#find(key)?.file;
    if (!file) return;
    try {
      const done = await upload(
        file,
        (part) => {
          const it = this.#find(key);
          if (it) it.part = part;
        },
        stop.signal,
      );
      const it = this.#find(key);
      if (it) it.done = done;
    } catch (error) {
      const it = this.#find(key);
      if (it) it.problem = asProblem(error);
    } finally {
      this.#stops.delete(key);
    }
  }
}
