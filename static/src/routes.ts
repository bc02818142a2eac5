import type { Id } from './api/types';
import { LEAD_QUERY } from './features/leads/filter';
import { SEARCH_QUERY } from './features/search/query';
import { withWords } from './i18n/i18n.svelte';
import { can } from './lib/rights';
import { printQuery, type QuerySpec } from './lib/query';
import { route, type Frame, type NavGroup, type Route } from './lib/route-entry';
import { compile, read, write, type AnyParams, type ParamsOf } from './lib/route-pattern';
import { currentPath } from './lib/router.svelte';
import { hub } from './realtime/hub.svelte';

const shell: Frame = () => import('./shell/Shell.svelte');
const settings: Frame = () => import('./features/settings/SettingsFrame.svelte');

const OF_CUSTOMER = '/chat/:customer(int)';

/**
 * Every page of the console: where it is, what it is drawn by and in, who may see it, and where the navigation names it.
 * Addresses are written by `href()`, never by hand.
 */
export const ROUTES = {
  login: route({
    path: '/login',
    page: withWords(() => import('./features/auth/Login.svelte'), 'auth'),
    frames: [],
    open: true,
    title: 'auth.login',
  }),
  register: route({
    path: '/register',
    page: withWords(() => import('./features/auth/Register.svelte'), 'auth'),
    frames: [],
    open: true,
    title: 'auth.register',
  }),
  invite: route({
    path: '/invite',
    page: withWords(() => import('./features/auth/AcceptInvite.svelte'), 'auth'),
    frames: [],
    open: true,
    title: 'invite.title',
  }),
  inbox: route({
    path: '/inbox/:view?/:id(int)?',
    aliases: ['/', '/dashboard', OF_CUSTOMER],
    page: withWords(() => import('./features/inbox/Inbox.svelte'), 'inbox'),
    frames: [shell],
    title: 'nav.inbox',
    nav: {
      icon: 'inbox',
      group: 'work',
      order: 1,
      key: 'KeyI',
      badge: () => hub.store.counts.of('mine').waiting + hub.store.counts.of('unassigned').waiting,
      phone: true,
    },
  }),
  leads: route({
    path: '/leads/:id(int)?',
    page: withWords(() => import('./features/leads/Leads.svelte'), 'leads', 'ui'),
    frames: [shell],
    title: 'nav.leads',
    query: LEAD_QUERY,
    nav: { icon: 'leads', group: 'work', order: 2, key: 'KeyL', phone: true },
  }),
  search: route({
    path: '/search',
    page: withWords(() => import('./features/search/Search.svelte'), 'search', 'ui'),
    frames: [shell],
    title: 'nav.search',
    query: SEARCH_QUERY,
    nav: { icon: 'search', group: 'work', order: 3, key: 'KeyS' },
  }),
  channels: route({
    path: '/channels',
    page: withWords(() => import('./features/channels/Channels.svelte'), 'channels', 'agent', 'ui'),
    frames: [shell],
    title: 'nav.channels',
    nav: { icon: 'channels', group: 'company', order: 1, key: 'KeyC' },
  }),
  agent: route({
    path: '/channels/:id(int)/agent',
    page: withWords(() => import('./features/agent/AgentPage.svelte'), 'agent', 'ui'),
    frames: [shell],
    title: 'agent.title',
    needs: 'agent.set',
    key: ['id'],
  }),
  team: route({
    path: '/team',
    aliases: ['/operators'],
    page: withWords(() => import('./features/team/Team.svelte'), 'team', 'ui'),
    frames: [shell],
    title: 'nav.team',
    nav: { icon: 'team', group: 'company', order: 2, key: 'KeyT' },
  }),
  ai: route({
    path: '/settings/ai',
    aliases: ['/settings'],
    page: withWords(() => import('./features/ai/AiPage.svelte'), 'ai', 'ui'),
    frames: [shell, settings],
    title: 'settings.ai',
    needs: 'ai.set',
    nav: { icon: 'spark', group: 'settings', order: 1, key: 'KeyX' },
  }),
  notices: route({
    path: '/settings/notices',
    page: withWords(() => import('./features/notices/NoticesPage.svelte'), 'notices'),
    frames: [shell, settings],
    title: 'settings.notices',
    needs: 'notices.set',
    nav: { icon: 'bell', group: 'settings', order: 2 },
  }),
  me: route({
    path: '/me',
    page: withWords(() => import('./features/profile/Profile.svelte'), 'actions', 'bell', 'profile', 'auth', 'notices', 'ui'),
    frames: [shell],
    title: 'nav.me',
    nav: { icon: 'person', group: 'own', order: 1, key: 'KeyP' },
  }),
};

export type RouteName = keyof typeof ROUTES;

// Every part of the console with its states, for those who build it: absent from what is shipped.
const FOR_BUILDERS =
  import.meta.env.DEV || import.meta.env.VITE_DEV_PAGES
    ? {
        parts: route({
          path: '/dev/ui',
          page: withWords(() => import('./features/dev/UiPage.svelte'), 'ui'),
          frames: [],
          open: true,
          title: 'app.name',
        }),
      }
    : {};
const TABLE = Object.entries({ ...ROUTES, ...FOR_BUILDERS }) as [RouteName, Route][];
type PathOf<N extends RouteName> = (typeof ROUTES)[N]['path'];
type QueryOf<N extends RouteName> = (typeof ROUTES)[N]['query'] extends QuerySpec<infer Q> ? Partial<Q> : never;
type Given<N extends RouteName> =
  Record<never, never> extends ParamsOf<PathOf<N>>
    ? [params?: ParamsOf<PathOf<N>>, query?: QueryOf<N>]
    : [params: ParamsOf<PathOf<N>>, query?: QueryOf<N>];

/** `href('leads', { id: 5 }, { status: 'new' })`: '/leads/5?status=new'. */
export function href<N extends RouteName>(name: N, ...[params, query]: Given<N>): string {
  const { patterns, query: spec } = ROUTES[name] as Route;
  return write(patterns[0]!, params as AnyParams) + printQuery(spec as QuerySpec<object>, query ?? {});
}

/** Leads to the conversation a customer was in last. */
export const customerHref = (customer: Id): string => write(compile(OF_CUSTOMER), { customer });

export type Match = { name: RouteName; route: Route; params: AnyParams; key: string };

export function match(path: string): Match | null {
  for (const [name, route] of TABLE) {
    for (const pattern of route.patterns) {
      const params = read(pattern, path);
      if (params) return { name, route, params, key: [name, ...route.key.map((it) => params[it])].join('/') };
    }
  }
  return null;
}

/** The route that is shown, or null where there is none. */
export const here = (): Match | null => match(currentPath());

export const mayOpen = ({ needs }: Pick<Route, 'needs'>): boolean => !needs || can(needs);

export type Place = { name: RouteName; href: string } & Pick<Route, 'title'> & NonNullable<Route['nav']>;

/** What the navigation shows of a group to whoever is signed in, in its order. */
export function places(group: NavGroup): Place[] {
  return TABLE.filter(([, it]) => it.nav?.group === group && mayOpen(it))
    .map(([name, it]) => ({ name, href: write(it.patterns[0]!), title: it.title, ...it.nav! }))
    .sort((a, b) => a.order - b.order);
}
