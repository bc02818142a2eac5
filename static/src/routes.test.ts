import { afterEach, describe, expect, it } from 'vitest';
import type { Me, Role } from './api/types';
import { read, write, compile } from './lib/route-pattern';
import { session } from './lib/session.svelte';
import { customerHref, href, match, mayOpen, places, ROUTES, type RouteName } from './routes';

const as = (role: Role): void => void (session.me = { id: 7, role } as Me);
afterEach(() => void (session.me = null));
const at = (path: string): unknown => {
  const found = match(path);
  return found && [found.name, found.params];
};

describe('addresses', () => {
  it('are found with what stands in them', () => {
    expect(at('/inbox/mine/12')).toEqual(['inbox', { view: 'mine', id: 12 }]);
    expect(at('/inbox/mine/')).toEqual(['inbox', { view: 'mine' }]);
    expect(at('/leads/5')).toEqual(['leads', { id: 5 }]);
    expect(at('/channels/3/agent')).toEqual(['agent', { id: 3 }]);
  });

  it('of old links lead where they led', () => {
    expect(['/', '/dashboard/', '/chat/4/', '/operators/', '/settings', '/me/'].map((it) => match(it)?.name)).toEqual([
      'inbox',
      'inbox',
      'inbox',
      'team',
      'ai',
      'me',
    ]);
    expect(match('/chat/4')?.params).toEqual({ customer: 4 });
  });

  it('of no page are nobody’s', () => {
    for (const path of ['/inbox/12', '/leads/five', '/channels/3', '/nowhere', '/leads/5/6', '/inbox/mine/12/13'])
      expect(match(path), path).toBe(null);
  });

  it('are written from names, with filters that differ from the usual', () => {
    expect(href('leads')).toBe('/leads');
    expect(href('leads', { id: 5 }, { status: 'new', assignee: 'any' })).toBe('/leads/5?status=new');
    expect(href('agent', { id: 3 })).toBe('/channels/3/agent');
    expect(href('inbox', { view: 'all', id: 9 })).toBe('/inbox/all/9');
    // @ts-expect-error a page about something cannot be named without it
    void (() => href('agent'));
    // @ts-expect-error nor filtered by what it does not know
    void (() => href('leads', {}, { colour: 'red' }));
  });

  it('are written by hand nowhere', () => {
    const sources = import.meta.glob<string>(['./**/*.{svelte,ts}', '!./**/*.test.ts', '!./chat/**', '!./routes.ts'], {
      query: '?raw',
      import: 'default',
      eager: true,
    });
    // Who is signed in is known below the table of pages.
    const below = ['./lib/session.svelte.ts'];
    const roots = [...new Set(Object.values(ROUTES).map((it) => it.path.split('/')[1]))].join('|');
    const byHand = new RegExp(`(href=|navigate\\(|goTo\\(|: )["'\`{]+/(${roots}|chat)\\b`);
    const found = Object.entries(sources).filter(([name, text]) => !below.includes(name) && byHand.test(text));
    expect(found.map(([name]) => name)).toEqual([]);
  });

  it('leads to a customer', () => {
    expect(match(customerHref(4))?.params).toEqual({ customer: 4 });
  });

  it('are read as they are written', () => {
    const pattern = compile('/a/:word/:id(int)?');
    for (const params of [{ word: 'x' }, { word: 'x', id: 7 }]) expect(read(pattern, write(pattern, params))).toEqual(params);
    expect(write(compile('/'))).toBe('/');
  });
});

it('makes a page anew only for what it is about', () => {
  expect(match('/channels/3/agent')?.key).not.toBe(match('/channels/4/agent')?.key);
  expect(match('/leads/3')?.key).toBe(match('/leads/4')?.key);
});

it('shows in the navigation what one may open, in order', () => {
  const names = (): RouteName[] => [...places('work'), ...places('company'), ...places('settings')].map((it) => it.name);
  as('operator');
  expect(names()).toEqual(['inbox', 'leads', 'search', 'channels', 'team']);
  expect(mayOpen(ROUTES.agent)).toBe(false);
  as('manager');
  expect(names()).toEqual(['inbox', 'leads', 'search', 'channels', 'team', 'ai', 'notices']);
});

it('gives a phone’s foot at most four places, the bell and the sheet with the rest among them', () => {
  as('owner');
  expect(places('work').filter((it) => it.phone)).toHaveLength(2);
});
