import { t, type Key } from '../../i18n/i18n.svelte';
import { href, mayOpen, ROUTES, type RouteName } from '../../routes';

/** Every setting and the place on its page, to be found by its words (a place is an `id` there). */
const SETTINGS: [Key, 'me' | 'ai' | 'notices', string, ...Key[]][] = [
  ['me.person', 'me', 'person', 'me.name'],
  ['pref.language', 'me', 'person'],
  ['me.zone', 'me', 'person'],
  ['pref.theme', 'me', 'screen', 'theme.dark', 'theme.light'],
  ['pref.density', 'me', 'screen', 'density.compact'],
  ['pref.sendWith', 'me', 'screen'],
  ['alerts.title', 'me', 'alerts', 'alerts.sound', 'alerts.quiet', 'alerts.outside'],
  ['keys.title', 'me', 'keys'],
  ['tg.account', 'me', 'telegram'],
  ['me.password', 'me', 'password', 'me.changePassword'],
  ['me.sessions', 'me', 'sessions'],
  ['ai.standing', 'ai', 'access', 'ai.key', 'ai.baseUrl'],
  ['ai.model', 'ai', 'access'],
  ['ai.transcribeModel', 'ai', 'access'],
  ['ai.budget', 'ai', 'access'],
  ['ai.region', 'ai', 'access'],
  ['ai.card', 'ai', 'card'],
  ['ai.hosts', 'ai', 'card'],
  ['ai.fields', 'ai', 'card'],
  ['ai.tools', 'ai', 'tools'],
  ['ai.prices', 'ai', 'prices'],
  ['ai.spend', 'ai', 'spend', 'ai.spendCost'],
  ['tg.chat', 'notices', ''],
];

export type Setting = { id: string; title: string; page: string; words: string[]; href: string };

export const settings = (): Setting[] =>
  SETTINGS.filter(([, page]) => mayOpen(ROUTES[page])).map(([title, page, place, ...more]) => ({
    id: `setting.${title}`,
    title: t(title),
    page: t(ROUTES[page as RouteName].title),
    words: more.map((it) => t(it)),
    href: href(page) + (place && `#${place}`),
  }));
