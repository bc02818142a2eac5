import type { Id } from '../api/types';

/** What the tabs of one browser tell each other of who is signed in. */
export type SessionNews =
  /** A fresh access token, after a sign-in or a refresh, and whose it is. */
  | { kind: 'token'; token: string; user: Id }
  /** Somebody has signed out. */
  | { kind: 'out' }
  /** The session has ended by itself. */
  | { kind: 'ended' };

/** Without a channel each tab finds out by itself. */
export function sessionChannel(heard: (news: SessionNews) => void): (news: SessionNews) => void {
  try {
    const channel = new BroadcastChannel('sb.session');
    channel.onmessage = (event) => heard(event.data as SessionNews);
    return (news) => channel.postMessage(news);
  } catch {
    return () => {};
  }
}

/** Whose access token it is; null where it does not say. */
export function userOf(token: string): Id | null {
  try {
    const claims = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const { uid } = JSON.parse(atob(claims)) as { uid?: unknown };
    return typeof uid === 'number' ? uid : null;
  } catch {
    return null;
  }
}
