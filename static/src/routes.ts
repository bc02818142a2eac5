import type { Component } from 'svelte';

export type Route = {
  page: () => Promise<{ default: Component<Record<string, never>> }>;
  open?: boolean;
  /** What the page is about, if it cannot follow its address by itself: of another one it is made anew. */
  about?: RegExp;
};

const ROUTES: [RegExp, Route][] = [
  [/^\/login\/?$/, { page: () => import('./features/auth/Login.svelte'), open: true }],
  [/^\/register\/?$/, { page: () => import('./features/auth/Register.svelte'), open: true }],
  [/^\/invite\/?$/, { page: () => import('./features/auth/AcceptInvite.svelte'), open: true }],
  [/^\/(?:dashboard|inbox(?:\/[a-z]+(?:\/\d+)?)?|chat\/\d+)?\/?$/, { page: () => import('./features/inbox/Inbox.svelte') }],
  [/^\/leads(?:\/\d+)?\/?$/, { page: () => import('./features/leads/Leads.svelte') }],
  [/^\/search\/?$/, { page: () => import('./features/search/Search.svelte') }],
  [/^\/channels\/\d+\/agent\/?$/, { page: () => import('./features/agent/AgentPage.svelte'), about: /^\/channels\/\d+/ }],
  [/^\/channels\/?$/, { page: () => import('./features/channels/Channels.svelte') }],
  [/^\/(?:team|operators)\/?$/, { page: () => import('./features/team/Team.svelte') }],
  [/^\/settings(?:\/ai)?\/?$/, { page: () => import('./features/ai/AiPage.svelte') }],
  [/^\/settings\/notices\/?$/, { page: () => import('./features/notices/NoticesPage.svelte') }],
  [/^\/me\/?$/, { page: () => import('./features/profile/Profile.svelte') }],
];

export function routeOf(path: string): Route | null {
  return ROUTES.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
