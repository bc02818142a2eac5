export type Piece = { text: string; href?: string };

const URL_PATTERN = /https?:\/\/[^\s<>"']+/gi;
/** Signs that end a sentence, not an address. */
const TAIL = /[.,;:!?)\]}»"']+$/;

/** Splits text into plain pieces and http(s) links. User text is never treated as HTML. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(URL_PATTERN)) {
    const raw = match[0].replace(TAIL, '');
    if (!URL.canParse(raw)) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: raw, href: raw });
    from = match.index + raw.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}
