import type { Id } from '../../api/types';
import type { ClientFrame, ServerFrame } from '../frames';
import type { Link } from '../socket';
import type { View } from './views';

/** What the leader says. `ready`: the feed is whole from this point on; `welcome` answers one tab that has joined. */
export type LeaderItem =
  | { kind: 'lead' | 'here' }
  | { kind: 'frame'; frame: ServerFrame }
  | { kind: 'link'; link: Link }
  | { kind: 'ready'; fresh: boolean; epoch: string | null; seq: number | null }
  | {
      kind: 'welcome';
      to: string;
      link: Link;
      epoch: string | null;
      seq: number | null;
      /** What that tab has missed; null = more than is known here. */
      frames: ServerFrame[] | null;
      hints: ServerFrame[];
    };
/** What the others say to it. */
export type FollowerItem =
  | { kind: 'join'; epoch: string | null; seq: number | null }
  | { kind: 'bye' | 'ask' | 'wake' }
  | { kind: 'send'; frame: ClientFrame }
  | { kind: 'view'; view: View }
  | { kind: 'greet'; conversation: Id };
/** What any tab says to all, of things that are not the feed. */
export type TabItem = { kind: 'told'; data: unknown };
/** `term` stands on what a leader says, and grows from leader to leader. */
export type Post = { from: string; term?: number; items: (LeaderItem | FollowerItem | TabItem)[] };

/** A tab that is being hidden gets no frame any more. */
const LONGEST_WAIT = 150;

/** Runs once, soon: with the next animation frame, or, in a hidden tab, whose timers are slowed down, with the next task. */
export function soon(run: () => void): () => void {
  let due = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  const now = (): void => {
    if (!due) return;
    due = false;
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    run();
  };
  return () => {
    if (due) return;
    due = true;
    if (document.hidden) return nextTask(now);
    frame = requestAnimationFrame(now);
    timer = setTimeout(now, LONGEST_WAIT);
  };
}

function nextTask(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(null);
}
