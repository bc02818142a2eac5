import { fetchWithToken } from './client';

/** Attachments need the bearer token, so an <img src> cannot name them: fetch, then show the bytes as an object URL. */
export async function blobUrl(path: string, signal?: AbortSignal): Promise<string> {
  const response = await fetchWithToken('GET', path, { signal, headers: { Accept: '*/*' } });
  return URL.createObjectURL(await response.blob());
}

export async function download(path: string, name: string): Promise<void> {
  const url = await blobUrl(path);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the bytes by then; keeping the URL would keep the file in memory.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
