import type { Id, View } from '../../api/types';
import { oneOf } from '../../lib/query';
import { FILTERS, type StatusFilter } from './status-filter';

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

export const pathOf = (view: View, id: Id | null = null, search = ''): string =>
  `/inbox/${view}${id === null ? '' : `/${id}`}${search}`;

export const HANDLERS = ['any', 'agent', 'operator', 'queue'] as const;
export type HandlerFilter = (typeof HANDLERS)[number];
/** What the list is narrowed to, as the address says it. */
export type ListFilter = { status: StatusFilter; handler: HandlerFilter };
export const LIST_QUERY = {
  status: oneOf<StatusFilter>(FILTERS, 'open'),
  handler: oneOf<HandlerFilter>(HANDLERS, 'any'),
};
export const isInbox = (path: string): boolean => /^\/(inbox|chat|dashboard)?(\/|$)/.test(path);
