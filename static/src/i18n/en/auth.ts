import type { Like } from '../plural';
import type { auth as ru } from '../ru/auth';

export const auth: Like<typeof ru> = {
  'auth.enter': 'Sign in',
  'auth.entering': 'Signing in…',
  'auth.create': 'Create account',
  'auth.email': 'E-mail',
  'auth.password': 'Password',
  'auth.company': 'Company name',
  'auth.showPassword': 'Show password',
  'auth.capslock': 'Caps Lock is on',
  'auth.passwordMin': { one: 'At least {n} character', other: 'At least {n} characters' },
  'auth.noAccount': 'No account yet?',
  'auth.haveAccount': 'Already have an account?',
  'auth.lapsed': 'Your session has ended',
  'auth.other': 'Sign in as somebody else',
  'auth.expired': 'Your session has ended. Sign in again; your drafts are kept.',
  'auth.inviteOnly': 'Sign-up is by invitation only. Ask the company owner for a link.',
  'auth.closed': 'Sign-up is closed.',
  'strength.short': 'Too short',
  'strength.weak': 'Weak: easy to guess',
  'strength.fair': 'Fair',
  'strength.good': 'Strong',
  'invite.text': 'You are invited to “{company}”. Role: {role}.',
  'invite.accept': 'Accept invitation',
  'invite.invalid': 'The invitation was not found: it has expired, was revoked or is already used.',
};
