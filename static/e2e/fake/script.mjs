// What the stand-in's "model" says. It knows five things; a real one is not needed to look at screens.
export function think(text) {
  const phone = /\+?\d[\d\s()-]{9,}/.exec(text)?.[0].trim();
  if (/оператор|адам|human/i.test(text)) return { why: 'asked', text: 'Зову сотрудника — он ответит вам здесь.' };
  if (/цена|сколько стоит/i.test(text))
    return { why: 'outside_scope', text: 'На этот вопрос лучше ответит сотрудник — разговор передан ему.' };
  if (phone) {
    const name = /^[\p{L}]+/u.exec(text)?.[0] ?? '';
    const lead = {
      name,
      phone,
      phone_e164: `+7${phone.replace(/\D/g, '').slice(-10)}`,
      city: 'Алматы',
      object_type: 'дом',
      area: '150 м²',
      summary: 'Хочет построить дом, участок есть',
    };
    return { lead, text: `Спасибо, ${name}! Наш менеджер свяжется с вами по номеру ${phone} в ближайшее время.` };
  }
  // Long enough to be interrupted by hand.
  if (/сроки/i.test(text))
    return {
      text: `Про сроки расскажу по порядку: ${'сначала проект и фундамент, потом стены и кровля, '.repeat(8)}и в конце отделка.`,
    };
  return { text: 'Хорошо, помогу разобраться. Какую площадь дома вы рассматриваете и есть ли уже участок?' };
}
