import { get } from '../../api/client';
import type { AuthOptions } from '../../api/types';

/** What this server takes of newcomers: asked for once, by whoever needs it first; again where it was not answered. */
class Options {
  value = $state.raw<AuthOptions | null>(null);
  #asked: Promise<void> | null = null;

  ask(): void {
    this.#asked ??= get<AuthOptions>('/api/auth/options').then(
      (it) => void (this.value = it),
      () => void (this.#asked = null),
    );
  }
}

export const options = new Options();
