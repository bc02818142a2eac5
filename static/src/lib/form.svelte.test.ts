import { flushSync } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem';
import { useForm, type Form } from './form.svelte';
import { navigate } from './router.svelte';

type Values = { name: string; tags: string[] };
let kept = $state<Values>({ name: 'Дана', tags: ['a'] });
let end = (): void => {};
afterEach(() => {
  end();
  kept = { name: 'Дана', tags: ['a'] };
  vi.restoreAllMocks();
});

function form(
  save = vi.fn(async (values: Values): Promise<Problem | null | void> => void (kept = values)),
  at?: Record<string, keyof Values>,
) {
  let made!: Form<Values>;
  end = $effect.root(() => {
    made = useForm<Values>({ from: () => kept, save, at });
  });
  flushSync();
  return { form: made, save };
}

it('knows what differs, and sends only that as changed', async () => {
  const { form: it, save } = form();
  expect(it.dirty).toBe(false);
  it.values.tags.push('b');
  expect(it.dirty).toBe(true);
  expect(await it.submit()).toBe(true);
  expect(save).toHaveBeenCalledWith({ name: 'Дана', tags: ['a', 'b'] }, { tags: ['a', 'b'] });
  flushSync();
  expect(it.dirty).toBe(false);
  it.values.name = 'X';
  it.reset();
  expect(it.values).toEqual({ name: 'Дана', tags: ['a', 'b'] });
});

it('takes in what others have saved, and keeps what is being written', () => {
  const { form: it } = form();
  it.values.name = 'Айгерим';
  kept = { name: 'Марат', tags: ['z'] };
  flushSync();
  expect(it.values).toEqual({ name: 'Айгерим', tags: ['z'] });
  expect(it.changed).toEqual({ name: 'Айгерим' });
});

it('shows a refusal at its field until the field is rewritten', async () => {
  const refusal = new Problem(422, 'validation', 'no', { errors: { name: 'too short', 'tags.0': 'bad' } });
  const { form: it } = form(vi.fn(async () => refusal));
  it.values.name = 'a';
  expect(await it.submit()).toBe(false);
  expect([it.error('name'), it.error('tags')]).toEqual(['too short', 'bad']);
  it.values.name = 'ab';
  expect([it.error('name'), it.error('tags')]).toEqual(['', 'bad']);
});

it('says a refusal once: at its field, whatever the server calls that, else as a whole', async () => {
  const at = { email_taken: 'name', title: 'name' } as const;
  const said = async (refusal: Problem): Promise<[boolean, boolean, boolean]> => {
    const { form: it } = form(
      vi.fn(async () => refusal),
      at,
    );
    await it.submit();
    return [!!it.error('name'), !!it.error('tags'), !!it.rest];
  };
  expect(await said(new Problem(400, 'email_taken', 'taken'))).toEqual([true, false, false]);
  expect(await said(new Problem(422, 'validation', 'no', { errors: { title: 'no' } }))).toEqual([true, false, false]);
  expect(await said(new Problem(422, 'validation', 'no', { errors: { 'tags[0]': 'no' } }))).toEqual([false, true, false]);
  expect(await said(new Problem(422, 'validation', 'no', { errors: { elsewhere: 'no' } }))).toEqual([false, false, true]);
  expect(await said(Problem.offline())).toEqual([false, false, true]);
});

it('takes a thrown refusal as well, and saves once at a time', async () => {
  let refuse!: (error: unknown) => void;
  const { form: it, save } = form(vi.fn(() => new Promise((_, reject) => (refuse = reject))));
  it.values.name = 'a';
  const first = it.submit();
  expect(it.busy).toBe(true);
  expect(await it.submit()).toBe(false);
  expect(save).toHaveBeenCalledTimes(1);
  refuse(Problem.offline());
  expect(await first).toBe(false);
  expect([it.busy, it.problem?.code]).toEqual([false, 'offline']);
});

it('keeps what is typed while it is being saved', async () => {
  let store!: () => void;
  const { form: it } = form(
    vi.fn((values: Values) => new Promise<void>((done) => (store = () => ((kept = { ...values, name: 'trimmed' }), done())))),
  );
  it.values.name = ' sent ';
  const saving = it.submit();
  it.values.tags = ['later'];
  store();
  await saving;
  expect(it.values).toEqual({ name: 'trimmed', tags: ['later'] });
  expect(it.dirty).toBe(true);
});

it('asks before unsaved changes are left, and only then', () => {
  const { form: it } = form();
  const ask = vi.spyOn(window, 'confirm').mockReturnValue(false);
  it.values.name = 'new';
  flushSync();
  navigate('/elsewhere');
  expect(ask).toHaveBeenCalledTimes(1);
  it.reset();
  flushSync();
  navigate('/elsewhere');
  expect(ask).toHaveBeenCalledTimes(1);
});
