import { Problem } from './problem';
import { refresh, token } from './client';
import type { Uploaded } from './types';

export const MAX_FILE_BYTES = 20 * 1024 * 1024;

/** XMLHttpRequest, because fetch does not report upload progress. */
function attempt(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/files');
    request.responseType = 'json';
    if (token()) request.setRequestHeader('Authorization', `Bearer ${token()}`);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () =>
      request.status === 201 ? resolve(request.response as Uploaded) : reject(Problem.from(request.status, request.response));
    request.onerror = () => reject(Problem.offline());
    request.onabort = () => reject(new Problem(0, 'aborted', ''));
    signal.addEventListener('abort', () => request.abort());
    const form = new FormData();
    // In the file's own heading a browser writes `"` as `%22`, which a name may hold as well.
    form.append('name', (file.name || 'file').slice(-255));
    form.append('file', file, file.name || 'file');
    request.send(form);
  });
}

export async function upload(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<Uploaded> {
  try {
    return await attempt(file, onProgress, signal);
  } catch (error) {
    if (error instanceof Problem && error.status === 401 && (await refresh())) return attempt(file, onProgress, signal);
    throw error;
  }
}
