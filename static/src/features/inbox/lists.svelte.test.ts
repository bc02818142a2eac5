import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { hub } from '../../realtime/hub.svelte';
import { conversation } from '../../realtime/testing';
import { listOf } from './lists.svelte';

it('a list outlives the page that showed it first', () => {
  const page = (): (() => void) =>
    $effect.root(() => {
      const list = $derived(listOf('all', 'open'));
      $effect(() => void list.shown());
    });
  const first = page();
  flushSync();
  first();
  hub.store.putRow(conversation({ id: 1 }));
  const next = page();
  flushSync();
  expect(
    listOf('all', 'open')
      .shown()
      .map((row) => row.id),
  ).toEqual([1]);
  next();
});
