// Tells the person at this screen what the feed brings for them. Loaded once, a moment after the first page stands.
import { untrack } from 'svelte';
import type { Id } from '../../api/types';
import { locale, t } from '../../i18n/i18n.svelte';
import { customerName } from '../../lib/customer-name';
import { timeZone } from '../../lib/prefs.svelte';
import { navigate } from '../../lib/router.svelte';
import { session } from '../../lib/session.svelte';
import { clock } from '../../lib/time';
import { toast } from '../../lib/toast.svelte';
import { on } from '../../realtime/apply';
import { hub } from '../../realtime/hub.svelte';
import { alerts } from './alerts.svelte';
import { bell } from './bell.svelte';
import { isHeard, isShownOutside, kindOfMessage, Lateness } from './decide';
import { desktop } from './desktop.svelte';
import { Tabs } from './eyes';
import { serverTime } from './server-time';
import { play } from './tone';
import type { Kind } from './types';
import { addressOf, sentence } from './words';

/** As often a storm of messages may sound. */
const REST = 2000;
let soundedAt = -Infinity;
const lateness = new Lateness(serverTime);

const looksAt = (): Id | null => (document.hidden ? null : hub.viewing);
export const tabs = new Tabs(looksAt);

export function readAll(): Promise<void> {
  desktop.close(null);
  return bell.readAll();
}

async function call(kind: Kind, conversation: Id, title: string, body: string, to: string): Promise<void> {
  // Of a browser's tabs one calls; the eyes may be on another.
  if (!hub.leads) return;
  const eyes = await tabs.eyes(conversation);
  const time = clock(new Date(), locale(), timeZone());
  if (isHeard(kind, alerts, eyes, time) && performance.now() - soundedAt > REST) {
    soundedAt = performance.now();
    void play(kind, alerts.volume);
  }
  if (isShownOutside(kind, alerts, eyes, time)) desktop.show(conversation, title, body, () => navigate(to));
}

on('notification.created', async ({ at, data }, { store }) => {
  const { id, params, code } = data;
  if (id === undefined || !params) return;
  const notification = { id, code, params, created_at: at, read_at: null };
  const { me } = store;
  if (!bell.take(notification) || !(await lateness.isNews(at)) || me !== store.me) return;
  const words = sentence(notification);
  const to = addressOf(notification);
  const { conversation_id: conversation } = params;
  void call(code === 'mentioned' ? 'mentioned' : 'assigned', conversation, words, params.by.name, to);
  if (document.hidden || (document.hasFocus() && looksAt() === conversation)) return;
  toast(words, { action: { label: t('bell.open'), run: () => navigate(to) } });
});

on('message.created', async ({ at, data, conversation }, { store }) => {
  const { me } = store;
  const kind = kindOfMessage(data, conversation, me);
  if (!kind || !(await lateness.isNews(at)) || me !== store.me) return;
  const row = store.row(data.conversation_id);
  const who = row ? customerName(row.customer) : t('bell.message');
  const to = addressOf({ params: { conversation_id: data.conversation_id, message_id: null } });
  void call(kind, data.conversation_id, who, data.text ?? t('bell.message'), to);
});

// On whatever screen it was read: every tab and device of this person hears of it.
on('unread.updated', ({ data }) => {
  bell.wasRead(data.conversation_id, data.read_up_to ?? 0);
  if (data.unread === 0) desktop.close(data.conversation_id);
});
on('notifications.read', ({ data }) => bell.wereRead(data.up_to).forEach((conversation) => desktop.close(conversation)));

/** Whose reading the server has not heard of: told again at the next look, not each time the list comes anew. */
let untold: Id | null = null;

/** The thread that is looked at is read, and what was told of it too. */
function look(): void {
  const conversation = document.hasFocus() ? looksAt() : null;
  if (conversation === null) return;
  desktop.close(conversation);
  const upTo = conversation === untold ? null : bell.waits(conversation);
  if (upTo === null) return;
  // Set before: the list comes anew while the refusal is on its way here.
  untold = conversation;
  bell.read(conversation, upTo).then(
    () => (untold = null),
    () => {},
  );
}
function lookAnew(): void {
  untold = null;
  look();
}
addEventListener('focus', lookAnew);

let whose: Id | null = null;
$effect.root(() => {
  $effect(() => {
    void hub.generation;
    // Another person's list is not shown for a moment, either.
    if (whose !== session.me?.id) bell.clear();
    whose = session.me?.id ?? null;
    if (whose !== null) void bell.load();
  });
  $effect(() => {
    const named = bell.list.filter((it) => it.code === 'mentioned' && !it.read_at);
    hub.store.counts.named = new Set(named.map((it) => it.params.conversation_id));
  });
  $effect(() => {
    void [hub.viewing, hub.generation];
    untrack(lookAnew);
  });
  $effect(() => {
    void bell.list;
    untrack(look);
  });
});
