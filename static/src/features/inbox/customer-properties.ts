import type { Customer } from '../../api/types';
import { LOCALES, t, type Key } from '../../i18n/i18n.svelte';
import { languageOption } from '../../lib/language-name';
import type { Property } from '../../ui/PropertyList.svelte';

export type Editable = 'name' | 'phone' | 'email' | 'language' | 'notes';
const FIELDS: { name: Editable; label: Key; kind?: Property['kind'] }[] = [
  { name: 'name', label: 'customer.name' },
  { name: 'phone', label: 'customer.phone', kind: 'tel' },
  { name: 'email', label: 'customer.email', kind: 'email' },
  { name: 'language', label: 'customer.language', kind: 'choice' },
  { name: 'notes', label: 'customer.notes', kind: 'long' },
];

function languages(known: string, locale: string): NonNullable<Property['options']> {
  const tags = [...new Set([...LOCALES.map((it) => it.id as string), ...(known ? [known] : [])])];
  return tags.map((it) => languageOption(it, locale));
}

/** What the pane beside a conversation shows of its customer, each value with the way to keep a new one. */
export function customerProperties(
  customer: Customer,
  locale: string,
  save: (customer: Customer, name: Editable, value: string) => Promise<string | null>,
  waiting: ReadonlySet<string> = new Set(),
): Property[] {
  return FIELDS.map(({ name, label, kind }) => ({
    id: name,
    label: t(label),
    value: customer[name] ?? '',
    kind: kind ?? 'text',
    ...(waiting.has(`edit.${name}`) ? { waits: t('row.changeWaits') } : {}),
    ...(kind === 'choice' ? { options: languages(customer[name] ?? '', locale) } : {}),
    // Whatever is open beside it by then, the value is this customer's.
    save: (value) => save(customer, name, value),
  }));
}
