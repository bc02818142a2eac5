import {
  forgetToken,
  get,
  isOwnSession,
  onGranted,
  onSignedOut,
  patch,
  post,
  refresh,
  SIGNING_IN,
  signIn,
  takeToken,
} from '../api/client';
import type { Id, Me } from '../api/types';
import { asLocale, t, useLocale } from '../i18n/i18n.svelte';
import { hub } from '../realtime/hub.svelte';
import { drafts } from './drafts.svelte';
import { exclusively } from './exclusively';
import { prefs, setPref, timeZone } from './prefs.svelte';
import { currentPath, navigate } from './router.svelte';
import { sessionChannel, userOf, type SessionNews } from './session-news';
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

  #channel = sessionChannel((news) => this.#heard(news));
  /** The password is being changed: that the old session ends is no news. */
  #changing = false;
  /** This page was somebody else's: it begins anew. */
  #over = false;

  constructor() {
    onSignedOut(() => this.#ended());
    onGranted((token) => this.#granted(token));
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
    this.#changing = true;
    try {
      // Another tab that finds its session ended waits for the new one.
      await exclusively(SIGNING_IN, async () => {
        await patch('/api/auth/me', { password: next, current_password: current });
        await signIn(me.email, next);
      });
    } finally {
      this.#changing = false;
      if (this.phase === 'in') hub.start(me, () => this.#ended());
    }
  }

  async logout(): Promise<void> {
    this.#tell({ kind: 'out' });
    await post('/api/auth/logout').catch(() => {});
    this.#signedOut();
  }

  #signedOut(): void {
    this.#leave();
    this.expired = false;
    navigate('/login');
  }

  /** The same person again; whatever was typed and not sent is where it was. */
  async resumeLapsed(password: string): Promise<void> {
    const me = this.me;
    if (!me) return this.leaveLapsed();
    await signIn(me.email, password);
    this.#goOn(me);
  }

  #goOn(me: Me): void {
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

  #tell(news: SessionNews): void {
    if (!isOwnSession()) this.#channel(news);
  }

  #heard(news: SessionNews): void {
    if (isOwnSession() || this.#over) return;
    if (news.kind === 'ended') return this.#ended(false);
    if (news.kind === 'out') return void (this.phase === 'in' && this.#signedOut());
    if (this.#isOther(news.user)) return this.#startOver();
    if (this.phase === 'unreachable' || this.phase === 'unknown') return;
    if (this.phase === 'out' && currentPath() !== '/login') return;
    takeToken(news.token);
    if (this.phase === 'out') void this.#enter().catch(() => {});
    else if (this.lapsed && this.me) this.#goOn(this.me);
  }

  #granted(token: string): boolean {
    const user = userOf(token);
    if (user === null) return true;
    this.#tell({ kind: 'token', token, user });
    if (!this.#isOther(user)) return true;
    this.#startOver();
    return false;
  }

  #isOther = (user: Id): boolean => this.phase === 'in' && this.me !== null && this.me.id !== user;

  /** Somebody else is signed in in this browser now: nothing of the page before may stay, and nothing be sent in their name. */
  #startOver(): void {
    this.#over = true;
    this.#leave();
    location.assign('/');
  }

  #ended(tell = true): void {
    if (this.phase !== 'in' || this.lapsed || this.#changing || this.#over) return;
    if (tell) this.#tell({ kind: 'ended' });
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
