import { locale, t, tMaybe } from '../../i18n/i18n.svelte';
import { languageName } from '../../lib/language-name';

/** A setting's name as the form calls it; one inside another after the name of that. */
export function settingName(path: string): string {
  const own = tMaybe(`agent.f.${path}`) ?? path;
  return path.startsWith('hours.') ? `${t('agent.f.hours')} · ${own}` : own;
}

const CHOICES: Record<string, string> = {
  answers_first: 'agent.first',
  scope: 'agent.scope',
  'hours.when': 'agent.when',
  'hours.days': 'agent.day',
};

/** `city · Город · true` as people say it. */
function findOut(line: string): string {
  const parts = line.split(' · ');
  const [key, required] = [parts.shift(), parts.pop()];
  return `${parts.join(' · ')} (${key})${required === 'true' ? ` · ${t('agent.findRequired')}` : ''}`;
}

/** A setting's value in words. */
export function settingValue(path: string, value: string): string {
  if (value === 'true' || value === 'false') return t(value === 'true' ? 'agent.yes' : 'agent.no');
  if (path === 'debounce_ms') return String(Number(value) / 1000);
  const words = CHOICES[path];
  const said = (it: string): string => (path === 'languages' ? languageName(it, locale()) : (tMaybe(`${words}.${it}`) ?? it));
  if (words || path === 'languages') return value.split('\n').map(said).join(', ');
  return path === 'find_out' && value ? value.split('\n').map(findOut).join('\n') : value;
}
