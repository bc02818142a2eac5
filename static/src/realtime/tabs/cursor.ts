export type Numbered = { type: string; seq?: number; prev?: number };

/** Up to where a tab has the feed. The socket that fills it may be this tab's or another's: the chain of `prev` is one and the same. */
export class Cursor {
  epoch: string | null = null;
  seq: number | null = null;

  set(epoch: string | null, seq: number | null): void {
    this.epoch = epoch;
    this.seq = seq;
  }

  /** `next` moves the cursor on (what has no number is always next); `seen` was here before; `hole`: something before it is missing. */
  take(frame: Numbered): 'next' | 'seen' | 'hole' {
    if (typeof frame.seq !== 'number' || typeof frame.prev !== 'number') return 'next';
    if (this.seq !== null && frame.seq <= this.seq) return 'seen';
    if (frame.prev !== this.seq) return 'hole';
    this.seq = frame.seq;
    return 'next';
  }
}
