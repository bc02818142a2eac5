import { expect, it } from 'vitest';
import { pieces } from './links';

it('finds http and https addresses and leaves the sentence’s end alone', () => {
  expect(pieces('см. https://a.kz/x?y=1.')).toEqual([
    { text: 'см. ' },
    { text: 'https://a.kz/x?y=1', href: 'https://a.kz/x?y=1' },
    { text: '.' },
  ]);
});

it('never makes a link of another scheme', () => {
  expect(pieces('javascript:alert(1) data:text/html,x')).toEqual([{ text: 'javascript:alert(1) data:text/html,x' }]);
});
