/** The longest voice message: the server takes 4 MB, which is this much from the browser that codes worst. */
const MOST_MS = 4 * 60_000;
const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];

export const canRecord = (): boolean => typeof MediaRecorder !== 'undefined' && !!navigator.mediaDevices?.getUserMedia;

/** One voice message at a time: from the microphone to bytes. */
export class Recorder {
  phase = $state<'idle' | 'asking' | 'recording'>('idle');
  seconds = $state(0);

  #media: MediaRecorder | null = null;
  #tick: ReturnType<typeof setInterval> | undefined;

  /** Resolves with what was said, or null when it was thrown away. Rejects when there is no microphone to listen to. */
  async record(): Promise<Blob | null> {
    this.phase = 'asking';
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      this.phase = 'idle';
      throw error;
    }
    const type = KINDS.find((it) => MediaRecorder.isTypeSupported(it));
    const media = new MediaRecorder(stream, type ? { mimeType: type, audioBitsPerSecond: 24_000 } : {});
    const parts: Blob[] = [];
    const begun = Date.now();
    this.#media = media;
    this.seconds = 0;
    this.phase = 'recording';
    this.#tick = setInterval(() => {
      this.seconds = Math.floor((Date.now() - begun) / 1000);
      if (Date.now() - begun > MOST_MS) this.stop();
    }, 250);
    return new Promise((resolve) => {
      media.ondataavailable = (event) => parts.push(event.data);
      media.onstop = () => {
        clearInterval(this.#tick);
        for (const track of stream.getTracks()) track.stop();
        const thrown = this.#media !== media;
        this.#media = null;
        this.phase = 'idle';
        resolve(thrown || parts.length === 0 ? null : new Blob(parts, { type: media.mimeType }));
      };
      media.start();
    });
  }

  stop(): void {
    if (this.#media?.state === 'recording') this.#media.stop();
  }

  cancel(): void {
    const media = this.#media;
    this.#media = null;
    if (media?.state === 'recording') media.stop();
  }
}

/** Brings the bytes to the server; the answer names them for this visitor's next message. */
export async function bring(voice: Blob, channelKey: string, visitor: string): Promise<string> {
  const form = new FormData();
  form.append('file', voice, 'voice');
  const address = `/c/recordings?channel_key=${encodeURIComponent(channelKey)}`;
  const response = await fetch(address, { method: 'POST', headers: { 'X-Visitor': visitor }, credentials: 'omit', body: form });
  if (!response.ok) throw new Error(String(response.status));
  return ((await response.json()) as { recording: string }).recording;
}
