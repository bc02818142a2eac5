import type { Text } from './plural';
import type { actions } from './ru/actions';
import type { agent } from './ru/agent';
import type { ai } from './ru/ai';
import type { auth } from './ru/auth';
import type { bell } from './ru/bell';
import type { channels } from './ru/channels';
import type { composer } from './ru/composer';
import type { core } from './ru/core';
import type { errors } from './ru/errors';
import type { inbox } from './ru/inbox';
import type { leads } from './ru/leads';
import type { notices } from './ru/notices';
import type { nothing } from './ru/nothing';
import type { profile } from './ru/profile';
import type { run } from './ru/run';
import type { search } from './ru/search';
import type { select } from './ru/select';
import type { team } from './ru/team';
import type { ui } from './ru/ui';
import type { warnings } from './ru/warnings';

/**
 * The words in parts: `core` has what the shell says and what several features say, a feature's own words come with its page
 * (`withWords` in routes.ts), `ui` has those of the parts that some pages are made of. A new part is a file of that name in each language and a line here. `ru` is the reference.
 */
type Parts = {
  actions: typeof actions;
  agent: typeof agent;
  ai: typeof ai;
  auth: typeof auth;
  bell: typeof bell;
  channels: typeof channels;
  composer: typeof composer;
  core: typeof core;
  errors: typeof errors;
  inbox: typeof inbox;
  leads: typeof leads;
  notices: typeof notices;
  nothing: typeof nothing;
  profile: typeof profile;
  run: typeof run;
  search: typeof search;
  select: typeof select;
  team: typeof team;
  ui: typeof ui;
  warnings: typeof warnings;
};
export type Part = keyof Parts;
export type Key = { [P in Part]: keyof Parts[P] }[Part];
export type Words = Partial<Record<Key, Text>>;
export type Locale = 'ru' | 'kk' | 'en';

/** One file, and so one request, for each language and part. */
export const FILES = import.meta.glob<Record<string, Words>>('./{ru,kk,en}/*.ts');

/** What has been asked for so far; another language is shown once it has all of these. */
export const wanted = new Set<Part>(['core']);

const asked = new Map<string, Promise<Words>>();

/** A request that failed is not remembered: the next one may reach the server. */
export function words(locale: Locale, part: Part): Promise<Words> {
  const file = `./${locale}/${part}.ts`;
  let answer = asked.get(file);
  if (!answer) {
    answer = (FILES[file] ?? (() => Promise.reject(new Error(`There is no ${file}`))))().then((it) => it[part] ?? {});
    answer.catch(() => asked.delete(file));
    asked.set(file, answer);
  }
  return answer;
}
