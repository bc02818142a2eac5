// The tab's title: how much waits, what is looked at, whose page it is: "(3) Айгерим · Диалоги · Switchboard".
let waiting = $state('');
let subject = $state('');

export const setWaiting = (sign: string): void => void (waiting = sign);

/** What the page is about, for as long as it is: `$effect(() => about(name))`. */
export function about(name: string | null | undefined): () => void {
  subject = name ?? '';
  return () => void (subject === (name ?? '') && (subject = ''));
}

export const titleOf = (page: string | null, app: string): string =>
  (waiting && `(${waiting}) `) + [subject, page, app].filter(Boolean).join(' · ');
