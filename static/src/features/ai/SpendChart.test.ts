import { fireEvent, render } from '@testing-library/svelte';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { get } from '../../api/client';
import { Problem } from '../../api/problem';
import { useLocale } from '../../i18n/i18n.svelte';
import { giveMedia } from '../../ui/testing';
import SpendChart from './SpendChart.svelte';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn() }));
vi.mock('../../ui/chart-draw', () => ({ draw: () => () => {} }));
giveMedia();
beforeAll(() => useLocale('en', false));
beforeEach(() => vi.mocked(get).mockReset());

const day = (day: string, cost: number, runs: number): object => ({
  day,
  cost,
  runs,
  tokens_in: runs * 1000,
  tokens_out: 7,
  recordings: 0,
  audio_seconds: 0,
});

it('tells the spending as a picture, and the same figures as a table', async () => {
  vi.mocked(get).mockResolvedValue({ days: [day('2026-11-01', 0.5, 3), day('2026-11-02', 1.25, 12)] });
  const { findByRole, getByRole } = render(SpendChart);
  expect((await findByRole('img')).getAttribute('aria-label')).toContain('$1.75 in 2 days, calls: 15');
  await fireEvent.click(getByRole('button', { name: 'Table' }));
  expect(getByRole('region', { name: 'Spending by day, Table' })).toBe(getByRole('table').parentElement);
  const rows = [...getByRole('table').querySelectorAll('tr')].map((it) => [...it.cells].map((cell) => cell.textContent));
  expect(rows).toEqual([
    ['Day', 'Cost', 'Calls', 'Tokens in', 'Tokens out'],
    ['Nov 2', '$1.25', '12', '12,000', '7'],
    ['Nov 1', '$0.50', '3', '3,000', '7'],
  ]);
});

it('says that nothing was spent, and that it could not be learnt', async () => {
  vi.mocked(get).mockResolvedValueOnce({ days: [day('2026-11-01', 0, 0)] });
  const { findByText } = render(SpendChart);
  expect(await findByText('No calls yet.')).toBeTruthy();
  vi.mocked(get).mockRejectedValueOnce(new Problem(500, 'internal', 'x'));
  const second = render(SpendChart);
  expect(await second.findByRole('button', { name: 'Retry' })).toBeTruthy();
});
