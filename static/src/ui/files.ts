export type Refused = { file: File; why: 'large' | 'kind' };

/** As the browser understands `accept`: endings (".pdf"), kinds ("image/*"), or nothing at all. */
export function fitsAccept(file: { name: string; type: string }, accept: string): boolean {
  const wanted = accept
    .split(',')
    .map((it) => it.trim().toLowerCase())
    .filter(Boolean);
  if (wanted.length === 0) return true;
  const [name, type] = [file.name.toLowerCase(), file.type.toLowerCase()];
  return wanted.some((it) =>
    it.startsWith('.') ? name.endsWith(it) : it.endsWith('/*') ? type.startsWith(it.slice(0, -1)) : type === it,
  );
}

/** What may go on, and what may not and why. */
export function sift(files: Iterable<File>, accept: string, most: number): { taken: File[]; refused: Refused[] } {
  const taken: File[] = [];
  const refused: Refused[] = [];
  for (const file of files) {
    if (!fitsAccept(file, accept)) refused.push({ file, why: 'kind' });
    else if (file.size > most) refused.push({ file, why: 'large' });
    else taken.push(file);
  }
  return { taken, refused };
}
