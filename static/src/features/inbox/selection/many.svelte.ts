import { Problem } from '../../../api/problem';
import type { Conversation, Id, Person, Status } from '../../../api/types';
import { t, type Key } from '../../../i18n/i18n.svelte';
import { toast } from '../../../lib/toast.svelte';
import type { Step } from '../../../lib/undo.svelte';
import { hub } from '../../../realtime/hub.svelte';
import { asOfNow, assignmentOf, mine, stands, statusOf, tell, type Reversible } from '../actions';
import { picked } from '../picked.svelte';

/** So many are told at once: the rest of the console has its turn, too. */
const AT_ONCE = 6;

type Told = Reversible & { id: Id; last: string };

/** One deed with many conversations, and one way back. */
class Many {
  /** How far the one that is under way has come. */
  progress = $state.raw<{ done: number; n: number } | null>(null);

  /** `of` answers null where there is nothing to do. */
  async run(rows: readonly Conversation[], done: Key, of: (row: Conversation) => Reversible | null, name = ''): Promise<void> {
    if (this.progress) return;
    const todo = rows.flatMap((row) => (of(row) ? [{ id: row.id, ...of(row)! }] : []));
    if (todo.length === 0) return toast(t('select.nothing'));
    const told: Told[] = [];
    const refused: Id[] = [];
    const queue = todo.values();
    this.progress = { done: 0, n: todo.length };
    const work = async (): Promise<void> => {
      for (const it of queue) {
        const { id: last, outcome } = tell(it.id, it.deed, { quiet: true });
        if ((await outcome) instanceof Problem) refused.push(it.id);
        else told.push({ ...it, last });
        this.progress = { done: told.length + refused.length, n: todo.length };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.progress = null;
    // Those that nothing came of stay selected, to be done with otherwise.
    picked.ids = new Set(refused);
    if (refused.length > 0) toast(t('select.refused', { n: refused.length }), { tone: 'bad' });
    if (told.length > 0) this.#say(told, t(done, { n: told.length, name }));
  }

  #say(told: Told[], label: string): void {
    const step: Step = {
      label,
      undo: () => {
        const still = told.filter((it) => stands(it.id, it.deed.show));
        if (still.length === 0) return (toast(t('undo.late')), false);
        for (const it of still) it.last = tell(it.id, asOfNow(it.back), { undoes: it.last }).id;
        toast(t('undo.done', { what: label }));
      },
      redo: () => {
        for (const it of told) it.last = tell(it.id, it.deed).id;
        say();
      },
    };
    const say = (): void => toast(label, { action: { label: t('undo'), run: () => void mine().undo(step) } });
    mine().push(step);
    say();
  }
}

export const many = new Many();

const DONE: Partial<Record<Status, Key>> = { closed: 'select.closed', open: 'select.open', snoozed: 'select.snoozed' };
export const setStatuses = (rows: readonly Conversation[], to: 'closed' | 'open' | 'snoozed', until?: Date): Promise<void> =>
  many.run(rows, DONE[to]!, (row) => (row.status === to && !until ? null : statusOf(row, to, until)));

export const assignAll = (rows: readonly Conversation[], to: Person | null): Promise<void> =>
  many.run(rows, to ? 'select.assigned' : 'select.released', (row) => assignmentOf(row, to), to?.name);

const readOf = (row: Conversation): Reversible => ({
  deed: { kind: 'read', body: {}, show: { unread: 0 } },
  back: { kind: 'read', body: { unread_from: (row.read_up_to ?? 0) + 1 }, show: { unread: row.unread } },
});
const unreadOf = (row: Conversation): Reversible | null =>
  row.last_message && {
    deed: { kind: 'read', body: { unread_from: row.last_message.id }, show: { unread: 1 } },
    back: { kind: 'read', body: {}, show: { unread: 0 } },
  };

/** All are read; where all are, all become unread again. */
export function markAll(rows: readonly Conversation[]): Promise<void> {
  const unread = rows.some((row) => row.unread > 0);
  for (const row of rows) keepUnread(row, !unread);
  return unread
    ? many.run(rows, 'select.read', (row) => (row.unread > 0 ? readOf(row) : null))
    : many.run(rows, 'select.unread', unreadOf);
}

/** The one that stands open is not read again at once. */
function keepUnread(row: Conversation, on: boolean): void {
  const thread = hub.store.heldThread(row.id);
  if (thread) thread.keptUnread = on;
}
