import type { Kind } from './types';

// Two short notes, made here: no file to fetch. Higher for what is for this person alone.
const NOTES: Record<Kind, [number, number]> = {
  assigned: [659, 880],
  mentioned: [784, 988],
  mine: [587, 740],
  queue: [440, 523],
};
const LENGTH = 0.14;
let context: AudioContext | null = null;

/** A browser that lets no page sound before it was touched stays silent: nothing to tell anybody. */
export async function play(kind: Kind, volume: number): Promise<void> {
  if (typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  const out = context;
  if (out.state === 'suspended') await out.resume().catch(() => {});
  if (out.state !== 'running') return;
  NOTES[kind].forEach((pitch, i) => {
    const at = out.currentTime + i * LENGTH;
    const voice = out.createOscillator();
    const loud = out.createGain();
    voice.frequency.value = pitch;
    loud.gain.setValueAtTime(0, at);
    loud.gain.linearRampToValueAtTime(volume * 0.3, at + 0.01);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH * 1.8);
    voice.connect(loud).connect(out.destination);
    voice.start(at);
    voice.stop(at + LENGTH * 2);
  });
}
