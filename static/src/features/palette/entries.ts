import type { Customer } from '../../api/types';
import { t } from '../../i18n/i18n.svelte';
import { titleOf } from '../../lib/action-words';
import type { ActionGroup } from '../../lib/action-table';
import type { Action } from '../../lib/actions.svelte';
import { customerName } from '../../lib/customer-name';
import { rank } from '../../lib/fuzzy';
import { customerHref, href } from '../../routes';
import type { IconName } from '../../ui/icons';
import type { MessageHit } from '../search/found.svelte';
import type { Setting } from './settings';

export type Entry = {
  id: string;
  title: string;
  /** What kind of thing it is, or where it is. */
  note: string;
  icon: IconName;
  keys?: string;
  /** Where it leads, or what it does. */
  href?: string;
  run?: () => void;
};
export type Section = { title: string; entries: Entry[] };

const ICON: Record<ActionGroup, IconName> = {
  conversation: 'chat',
  lead: 'leads',
  assign: 'person',
  go: 'inbox',
  list: 'search',
  app: 'gear',
};
/** What is nearest to the work first. */
const ORDER = Object.keys(ICON) as ActionGroup[];

const fromAction = (it: Action): Entry => ({
  id: it.id,
  title: titleOf(it),
  note: t(`actions.${it.group}`),
  icon: it.icon ?? ICON[it.group],
  keys: it.keys[0],
  run: it.run,
});
const fromSetting = (it: Setting): Entry => ({ id: it.id, title: it.title, note: it.page, icon: 'gear', href: it.href });

/** Without words: what was done last, then what can be done here. With words: the best of everything, whatever it is. */
export function sections(
  words: string,
  actions: readonly Action[],
  settings: readonly Setting[],
  recent: readonly string[],
): Section[] {
  const once = actions.filter((it, i) => !it.movement && actions.findIndex((one) => one.id === it.id) === i);
  if (!words.trim()) {
    const last = recent.flatMap((id) => once.find((it) => it.id === id) ?? []);
    const rest = once.filter((it) => !last.includes(it) && it.group !== 'assign');
    const groups = ORDER.filter((group) => rest.some((it) => it.group === group));
    return [
      { title: t('actions.recent'), entries: last.map(fromAction) },
      ...groups.map((group) => ({
        title: t(`actions.${group}`),
        entries: rest.filter((it) => it.group === group).map(fromAction),
      })),
    ].filter((it) => it.entries.length > 0);
  }
  // Its English name finds an action in every language.
  const found = rank(words, once, (it) => [titleOf(it), `${t(`actions.${it.group}`)} ${titleOf(it)}`, it.id.replace('.', ' ')]);
  // What was done before is likelier to be meant; the order among the rest stays.
  const known = found.slice(0, 8).sort((a, b) => Number(recent.includes(b.id)) - Number(recent.includes(a.id)));
  return [
    { title: t('actions.do'), entries: known.map(fromAction) },
    {
      title: t('actions.settings'),
      entries: rank(words, settings, (it) => [it.title, ...it.words])
        .slice(0, 5)
        .map(fromSetting),
    },
  ].filter((it) => it.entries.length > 0);
}

/** What the server has found. */
export const foundSections = (customers: readonly Customer[], messages: readonly MessageHit[]): Section[] =>
  [
    {
      title: t('actions.people'),
      entries: customers.slice(0, 5).map((it): Entry => ({
        id: `customer-${it.id}`,
        title: customerName(it),
        note: it.phone ?? '',
        icon: 'person',
        href: customerHref(it.id),
      })),
    },
    {
      title: t('actions.messages'),
      entries: messages.slice(0, 5).map((it): Entry => ({
        id: `message-${it.message.id}`,
        title: it.snippet,
        note: customerName(it.conversation.customer),
        icon: 'chat',
        href: `${href('inbox', { view: 'all', id: it.conversation.id })}#m${it.message.id}`,
      })),
    },
  ].filter((it) => it.entries.length > 0);

const KEPT = 6;
export const remembered = (recent: readonly string[], id: string): string[] =>
  [id, ...recent.filter((it) => it !== id)].slice(0, KEPT);
