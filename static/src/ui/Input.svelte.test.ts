import { render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import Input from './Input.svelte';

it('is empty where there is no value yet, also when it is bound', () => {
  const kept: { value?: string } = $state({});
  render(Input, {
    label: 'Greeting',
    get value() {
      return kept.value;
    },
    set value(next) {
      kept.value = next;
    },
  });
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Greeting' }).value).toBe('');
});
