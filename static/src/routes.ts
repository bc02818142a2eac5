import type { Component } from 'svelte';
import { withWords } from './i18n/i18n.svelte';

export type Route = {
  /** Comes together with the words it needs besides the core. */
  page: () => Promise<{ default: Component<Record<string, never>> }>;
  open?: boolean;
  /** What the page is about, if it cannot follow its address by itself: of another one it is made anew. */
  about?: RegExp;
};

const ROUTES: [RegExp, Route][] = [
  [/^\/login\/?$/, { page: withWords(() => import('./features/auth/Login.svelte'), 'auth'), open: true }],
  [/^\/register\/?$/, { page: withWords(() => import('./features/auth/Register.svelte'), 'auth'), open: true }],
  [/^\/invite\/?$/, { page: withWords(() => import('./features/auth/AcceptInvite.svelte'), 'auth'), open: true }],
  [
    /^\/(?:dashboard|inbox(?:\/[a-z]+(?:\/\d+)?)?|chat\/\d+)?\/?$/,
    { page: withWords(() => import('./features/inbox/Inbox.svelte'), 'inbox') },
  ],
  [/^\/leads(?:\/\d+)?\/?$/, { page: withWords(() => import('./features/leads/Leads.svelte'), 'leads', 'ui') }],
  [/^\/search\/?$/, { page: withWords(() => import('./features/search/Search.svelte'), 'search', 'ui') }],
  [
    /^\/channels\/\d+\/agent\/?$/,
    { page: withWords(() => import('./features/agent/AgentPage.svelte'), 'agent', 'ui'), about: /^\/channels\/\d+/ },
  ],
  [/^\/channels\/?$/, { page: withWords(() => import('./features/channels/Channels.svelte'), 'channels', 'agent', 'ui') }],
  [/^\/(?:team|operators)\/?$/, { page: withWords(() => import('./features/team/Team.svelte'), 'team', 'ui') }],
  [/^\/settings(?:\/ai)?\/?$/, { page: withWords(() => import('./features/ai/AiPage.svelte'), 'ai', 'ui') }],
  [/^\/settings\/notices\/?$/, { page: withWords(() => import('./features/notices/NoticesPage.svelte'), 'notices') }],
  [/^\/me\/?$/, { page: withWords(() => import('./features/profile/Profile.svelte'), 'profile', 'auth', 'notices', 'ui') }],
  // Every part of the console with its states, for those who build it: absent from what is shipped.
  ...(import.meta.env.DEV || import.meta.env.VITE_DEV_PAGES
    ? [
        [/^\/dev\/ui\/?$/, { page: withWords(() => import('./features/dev/UiPage.svelte'), 'ui'), open: true }] satisfies [
          RegExp,
          Route,
        ],
      ]
    : []),
];

export function routeOf(path: string): Route | null {
  return ROUTES.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
