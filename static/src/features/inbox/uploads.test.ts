import { expect, it, vi } from 'vitest';
import { Problem } from '../../api/problem';
import { upload } from '../../api/upload';
import { Uploads } from './uploads.svelte';

vi.mock('../../api/upload', () => ({ MAX_FILE_BYTES: 100, upload: vi.fn() }));
const file = (name: string): File => new File(['x'], name);

it('what could not be uploaded stays when the message goes, and can be tried again', async () => {
  const uploads = new Uploads();
  vi.mocked(upload)
    .mockResolvedValueOnce({ id: 1, name: 'a.pdf', mime: '', size: 1, kind: 'document' })
    .mockRejectedValueOnce(new Problem(503, 'overloaded', ''));
  uploads.add([file('a.pdf'), file('b.pdf')]);
  await vi.waitFor(() => expect(uploads.busy).toBe(false));
  expect(uploads.ready.map((it) => it.id)).toEqual([1]);
  uploads.sent();
  expect(uploads.list.map((it) => [it.file.name, it.problem?.code])).toEqual([['b.pdf', 'overloaded']]);
  vi.mocked(upload).mockResolvedValueOnce({ id: 2, name: 'b.pdf', mime: '', size: 1, kind: 'document' });
  uploads.retry(uploads.list[0]?.key ?? 0);
  await vi.waitFor(() => expect(uploads.ready.map((it) => it.id)).toEqual([2]));
});
