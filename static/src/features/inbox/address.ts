import type { Id, View } from '../../api/types';

export type Address = { view: View; id: Id | null; customer: Id | null };
const VIEWS: readonly string[] = ['mine', 'unassigned', 'all', 'mentions'];

/** /inbox[/view[/id]], /chat/{customer_id}, / and /dashboard. */
export function addressOf(path: string): Address {
  const [, first, second, third] = path.split('/');
  const number = (text: string | undefined): Id | null => (text && /^\d+$/.test(text) ? Number(text) : null);
  if (first === 'chat') return { view: 'all', id: null, customer: number(second) };
  const view = (second && VIEWS.includes(second) ? second : 'all') as View;
  return { view, id: first === 'inbox' ? number(third) : null, customer: null };
}

/** The message that the address names: #m123. */
export const messageOf = (hash: string): Id | null => Number(/^#m(\d+)$/.exec(hash)?.[1] ?? 0) || null;

export const pathOf = (view: View, id: Id | null = null): string => `/inbox/${view}${id === null ? '' : `/${id}`}`;
