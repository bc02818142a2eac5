import type { Id } from '../../api/types';
import { alerts, setAlert } from './alerts.svelte';

const there = typeof Notification === 'function';
const shown = new Map<Id, Notification>();
let permission = $state(there ? Notification.permission : 'denied');

/** Some phones' browsers allow it and then let no page show any: a page learns that by trying. */
function made(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}

export const desktop = {
  /** Neither allowed nor refused: it may be asked for. */
  get askable(): boolean {
    return permission === 'default';
  },
  get refused(): boolean {
    return permission === 'denied';
  },
  get on(): boolean {
    return permission === 'granted' && alerts.desktop;
  },

  /** Only ever by somebody's own hand. */
  async turnOn(): Promise<void> {
    if (there && permission === 'default') permission = await Notification.requestPermission();
    setAlert('desktop', permission === 'granted');
  },

  show(conversation: Id, title: string, body: string, open: () => void): void {
    if (!this.on) return;
    // One for a conversation: what is newer takes the place of what was shown.
    const it = made(title, { body, tag: `sb.${conversation}`, silent: true });
    if (!it) return void (permission = 'denied');
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
