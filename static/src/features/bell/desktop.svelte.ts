import type { Id } from '../../api/types';
import { alerts, setAlert } from './alerts.svelte';

const shown = new Map<Id, Notification>();

function made(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}

/**
 * Some phones' browsers have the name and let no page make one: a page learns that by trying. Before it is allowed nothing is
 * shown by that; once it is, the first that is to be shown tells.
 */
function canTell(): boolean {
  if (typeof Notification !== 'function') return false;
  return Notification.permission === 'granted' || made('', { silent: true }) !== null;
}

const able = canTell();
let supported = $state(able);
let permission = $state(able ? Notification.permission : 'denied');

export const desktop = {
  get supported(): boolean {
    return supported;
  },
  /** Neither allowed nor refused: it may be asked for. */
  get askable(): boolean {
    return supported && permission === 'default';
  },
  get refused(): boolean {
    return supported && permission === 'denied';
  },
  get on(): boolean {
    return supported && permission === 'granted' && alerts.desktop;
  },

  /** Only ever by somebody's own hand. */
  async turnOn(): Promise<void> {
    if (this.askable) permission = await Notification.requestPermission();
    setAlert('desktop', supported && permission === 'granted');
  },

  show(conversation: Id, title: string, body: string, open: () => void): void {
    if (!this.on) return;
    // One for a conversation: what is newer takes the place of what was shown.
    const it = made(title, { body, tag: `sb.${conversation}`, silent: true });
    if (!it) return void (supported = false);
    it.onclick = () => {
      window.focus();
      it.close();
      open();
    };
    it.onclose = () => shown.get(conversation) === it && shown.delete(conversation);
    shown.set(conversation, it);
  },

  close(conversation: Id | null): void {
    for (const [id, it] of shown) if (conversation === null || id === conversation) it.close();
  },
};
