/** So much of a long name's end stays in sight: the ending tells what it is, the letters before it which one of several. */
const TAIL = 10;

/** A file's name as what may be cut and what may not: "Договор купли-продажи ква" and "ртиры.docx". */
export function ends(name: string): [head: string, tail: string] {
  const letters = [...name];
  const dot = letters.lastIndexOf('.');
  const ending = dot > 0 && letters.length - dot <= 6 ? letters.length - dot : 0;
  const kept = Math.min(letters.length, Math.max(TAIL, ending + 4));
  return [letters.slice(0, -kept).join(''), letters.slice(-kept).join('')];
}
