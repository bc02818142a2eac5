import { render } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem';
import { useLocale } from '../i18n/i18n.svelte';
import Async from './Async.svelte';

beforeAll(() => useLocale('ru', false));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const children = createRawSnippet((data: () => unknown) => ({ render: () => `<p>${String(data())}</p>` }));
const empty = createRawSnippet(() => ({ render: () => '<p>пусто</p>' }));
const draw = (part: { data?: string[]; error?: Problem; loading?: boolean }, reload = vi.fn()) =>
  render(Async, { of: { data: undefined, error: null, loading: false, reload, ...part } as never, children, empty });

it('is grey only after 200 ms', async () => {
  const { container } = draw({ loading: true });
  expect(container.querySelector('[role=status]')).toBeNull();
  await vi.advanceTimersByTimeAsync(250);
  expect(container.querySelector('[role=status]')).not.toBeNull();
});

it('names the reason and the request, and tries again', () => {
  const reload = vi.fn();
  const { container, getByRole } = draw({ error: new Problem(500, 'internal', 'Broken', {}, 'req-7') }, reload);
  expect(container.textContent).toContain('req-7');
  getByRole('button', { name: 'Повторить' }).click();
  expect(reload).toHaveBeenCalled();
});

it('shows what is there, the empty face for nothing, and an old answer under a warning', () => {
  expect(draw({ data: ['a', 'b'] }).container.textContent).toContain('a,b');
  expect(draw({ data: [] }).container.textContent).toContain('пусто');
  const { container } = draw({ data: ['old'], error: Problem.offline() });
  expect(container.textContent).toContain('old');
  expect(container.querySelector('[role=alert]')).not.toBeNull();
});
