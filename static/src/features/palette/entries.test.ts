import { beforeAll, expect, it, vi } from 'vitest';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import type { Action } from '../../lib/actions.svelte';
import { foundSections, remembered, sections } from './entries';

beforeAll(() => useLocale('ru', false));
const action = (id: string, group: Action['group'], more: Partial<Action> = {}): Action => ({
  id,
  group,
  keys: [],
  run: vi.fn(),
  ...more,
});
const ACTIONS = [
  action('conversation.close', 'conversation', { keys: ['KeyE'] }),
  action('list.next', 'list', { movement: true }),
  action('assign.5', 'assign', { title: () => 'Дана' }),
  action('go.inbox', 'go', { title: () => 'Диалоги', keys: ['KeyG KeyI'] }),
  action('go.inbox', 'go', { title: () => 'Диалоги' }),
  action('app.dark', 'app'),
];
const SETTING = { id: 'setting.x', title: 'Плотность', page: 'Профиль', words: ['Компактно'], href: '/me#screen' };
const ids = (words: string, recent: string[] = []): string[][] =>
  sections(words, ACTIONS, [SETTING], recent).map((it) => it.entries.map((one) => one.id));

it('shows without words what was done last, then everything once, but movements and people', () => {
  expect(ids('', ['app.dark', 'gone'])).toEqual([['app.dark'], ['conversation.close'], ['go.inbox']]);
});

it('shows the keys', () => {
  expect(sections('', ACTIONS, [], [])[1]?.entries[0]).toMatchObject({ title: 'Диалоги', keys: 'KeyG KeyI' });
});

it('finds actions by words, by the wrong layout, by their English name, and people to assign', () => {
  expect(ids('закрыть')[0]).toEqual(['conversation.close']);
  expect(ids('lbfkjub')[0]?.[0]).toBe('go.inbox');
  expect(ids('inbox')[0]).toEqual(['go.inbox']);
  expect(ids('назначить дана')[0]?.[0]).toBe('assign.5');
});

it('finds settings by their own words and by what they offer', () => {
  expect(ids('плотн')).toContainEqual(['setting.x']);
  expect(ids('компакт')).toEqual([['setting.x']]);
});

it('prefers what was done before', () => {
  const two = [action('go.a', 'go', { title: () => 'Тема один' }), action('go.b', 'go', { title: () => 'Тема два' })];
  expect(sections('тема', two, [], ['go.b'])[0]?.entries.map((it) => it.id)).toEqual(['go.b', 'go.a']);
  expect(remembered(['a', 'b'], 'b')).toEqual(['b', 'a']);
});

it('leads to customers and messages the server has found', () => {
  const customer = { id: 3, name: 'Айгерим', phone: '+7' };
  const hit = { message: { id: 9 }, snippet: 'дом', conversation: { id: 4, customer: { id: 3, name: 'Айгерим' } } };
  expect(foundSections([customer] as never, [hit] as never).flatMap((it) => it.entries.map((one) => one.href))).toEqual([
    '/chat/3',
    '/inbox/all/4#m9',
  ]);
});
