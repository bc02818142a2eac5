import { expect, it } from 'vitest';
import { headersOf } from './headers';

it('reads one header a line, with colons in values', () => {
  expect(headersOf('Authorization: Bearer a:b\n\n X-Team :sales \n')).toEqual({ Authorization: 'Bearer a:b', 'X-Team': 'sales' });
});

it('leaves a line without a colon for the server to refuse', () => {
  expect(headersOf('Authorization')).toEqual({ Authorization: '' });
});
