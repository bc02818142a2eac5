// One entry of the table in src/routes.ts: what a page says of itself there. The address itself, and going elsewhere, is router.svelte.ts.
import type { Component } from 'svelte';
import type { Key } from '../i18n/i18n.svelte';
import type { IconName } from '../ui/icons';
import type { QuerySpec } from './query';
import type { Right } from './rights';
import { compile, type ParamsOf, type Pattern } from './route-pattern';

export type NavGroup = 'work' | 'company' | 'settings' | 'own';
export type Nav = {
  icon: IconName;
  group: NavGroup;
  order: number;
  /** Goes there after G. */
  key?: string;
  /** How much waits there. */
  badge?: () => number;
  /** Among the labelled places at the foot of a phone's screen. */
  phone?: true;
};
// A page that needs nothing of its address declares no props.
type Page<P> = Component<{ params: P }> | Component<Record<string, never>>;
export type Frame = () => Promise<{ default: Component<{ children: import('svelte').Snippet }> }>;

export type Definition<P extends string, Q extends object> = {
  path: P;
  /** Other addresses of the same page; old links lead here. */
  aliases?: readonly string[];
  page: () => Promise<{ default: Page<ParamsOf<P>> }>;
  /** What stands around the page, outermost first; the same frame stays while pages change in it. */
  frames: readonly Frame[];
  /** For everyone; the rest is for those who have signed in. */
  open?: true;
  title: Key;
  needs?: Right;
  /** The params whose change makes the page anew; with others it follows its address by itself. */
  key?: readonly (keyof ParamsOf<P> & string)[];
  query?: QuerySpec<Q>;
  nav?: Nav;
};
/** `P` and `Q` are what `href()` asks for; the rest is the same for all. */
export type Route<P extends string = string, Q extends object = object> = Omit<
  Definition<P, Q>,
  'page' | 'key' | 'query' | 'path'
> & {
  path: P;
  page: () => Promise<{ default: Component<{ params: ParamsOf<P> }> }>;
  key: readonly string[];
  query: QuerySpec<Q>;
  patterns: readonly Pattern[];
};

export function route<const P extends string, Q extends object = Record<never, never>>(it: Definition<P, Q>): Route<P, Q> {
  return {
    ...it,
    page: it.page as Route<P, Q>['page'],
    key: it.key ?? [],
    query: it.query ?? ({} as QuerySpec<Q>),
    patterns: [it.path, ...(it.aliases ?? [])].map(compile),
  };
}
