import { forgetToken, get, onSignedOut, patch, post, refresh, signIn } from '../api/client';
import type { Me } from '../api/types';
import { asLocale, t, useLocale } from '../i18n/i18n.svelte';
import { hub } from '../realtime/hub.svelte';
import { drafts } from './drafts.svelte';
import { prefs, setPref, timeZone } from './prefs.svelte';
import { navigate } from './router.svelte';
import { toast } from './toast.svelte';
import { browserZone, isZone } from './zone';

/** Who is signed in here. `unknown` until the refresh cookie has answered. */
class Session {
  me = $state.raw<Me | null>(null);
  phase = $state<'unknown' | 'unreachable' | 'out' | 'in'>('unknown');
  /** Shown above the login form after a session ended by itself and was not taken up again; drafts stay in the browser. */
  expired = $state(false);
  /** The session has ended by itself: the page stays as it is, with everything in it, until its owner has signed in again. */
  lapsed = $state(false);

  constructor() {
    onSignedOut(() => this.#ended());
  }

  async resume(): Promise<void> {
    try {
      if (await refresh()) await this.#enter();
      else this.phase = 'out';
    } catch {
      this.phase = 'unreachable';
    }
  }

  async login(email: string, password: string): Promise<void> {
    await signIn(email, password);
    await this.#enter();
  }

  /** A changed password ends all sessions: the socket stops first, then this browser signs in with the new one. */
  async changePassword(current: string, next: string): Promise<void> {
    const me = this.me;
    if (!me) return;
    hub.stop();
    try {
      await patch('/api/auth/me', { password: next, current_password: current });
      await signIn(me.email, next);
    } finally {
      if (this.phase === 'in') hub.start(me, () => this.#ended());
    }
  }

  async logout(): Promise<void> {
    await post('/api/auth/logout').catch(() => {});
    this.#leave();
    this.expired = false;
    navigate('/login');
  }

  /** The same person again; whatever was typed and not sent is where it was. */
  async resumeLapsed(password: string): Promise<void> {
    const me = this.me;
    if (!me) return this.leaveLapsed();
    await signIn(me.email, password);
    this.lapsed = false;
    hub.start(me, () => this.#ended());
    void drafts.pull();
  }

  leaveLapsed(): void {
    this.lapsed = false;
    this.#leave();
    this.expired = true;
  }

  async #enter(): Promise<void> {
    const me = await get<Me>('/api/auth/me');
    this.me = me;
    this.phase = 'in';
    this.expired = false;
    const chosen = isZone(prefs.timeZone);
    if (!chosen && isZone(me.time_zone)) setPref('timeZone', me.time_zone);
    // Nobody has chosen UTC: it stands there because the browser knew no better.
    if (!chosen && !browserZone() && timeZone() === 'UTC') toast(t('me.zoneUnknown'));
    const wanted = asLocale(me.locale);
    if (wanted && !prefs.locale) await useLocale(wanted);
    drafts.open(me.id);
    hub.start(me, () => this.#ended());
  }

  #ended(): void {
    if (this.phase !== 'in' || this.lapsed) return;
    hub.pause();
    forgetToken();
    this.lapsed = true;
  }

  #leave(): void {
    hub.stop();
    drafts.close();
    forgetToken();
    this.lapsed = false;
    this.me = null;
    this.phase = 'out';
  }
}

export const session = new Session();
