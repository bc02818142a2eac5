// The stand-in's leads: what the agent registers, and the routes over them.
const PEOPLE = ['Канат', 'Айгуль', 'Дмитрий Ким', 'Сауле Ахметова', 'Ерлан', 'Ольга Петровна Семёнова-Жумабаева', ''];
const WANTS = [
  ['дом', '150 м²', 'Алматы'],
  ['квартира', '80 м²', 'Астана'],
  ['баня', '36 м²', 'Талгар'],
  ['коттедж с гаражом', '240 м²', 'Шымкент'],
];

export function leadsOf(hub) {
  const leads = new Map();
  const tell = (type, lead) => hub.publish(lead.company_id, type, lead.view, { conversation_id: lead.view.conversation_id });

  function register(conversation, words, run = null) {
    const known = leads.get(conversation.lead_id);
    const view = known?.view ?? {
      id: hub.id(),
      number: ++hub.companies.get(conversation.company_id).leads,
      owner_id: conversation.company_id,
      bot_user_id: conversation.customer.id,
      conversation_id: conversation.id,
      channel_kind: conversation.channel_kind,
      name: '',
      phone: '',
      phone_e164: '',
      city: '',
      object_type: '',
      area: '',
      summary: '',
      language: 'ru',
      status: 'new',
      assignee: null,
      notice: { state: hub.notices.get(conversation.company_id).chat ? 'sent' : 'none', detail: null },
      agent_run_id: run,
      seq: 0,
      created_at: hub.now(),
      updated_at: hub.now(),
    };
    Object.assign(view, words, { updated_at: hub.now() });
    const lead = { company_id: conversation.company_id, view };
    leads.set(view.id, lead);
    conversation.lead_id = view.id;
    tell(known ? 'lead.updated' : 'lead.created', lead);
    return view;
  }

  function seed(conversation, count) {
    for (let n = 0; n < count; n++) {
      conversation.lead_id = null;
      const [object_type, area, city] = WANTS[n % WANTS.length];
      const view = register(conversation, {
        name: PEOPLE[n % PEOPLE.length],
        phone: `8 777 000 ${10 + n} 37`,
        phone_e164: `+7777000${10 + n}37`,
        object_type,
        area,
        city,
        summary: 'Строительство с нуля, участок есть, хочет начать весной',
        status: ['new', 'new', 'in_progress', 'won', 'lost'][n % 5],
        created_at: new Date(Date.now() - (count - n) * 5_400_000).toISOString(),
      });
      view.notice = [
        { state: 'sent', detail: null },
        { state: 'failed', detail: 'Forbidden: bot was kicked from the group chat' },
        { state: 'queued', detail: null },
        { state: 'uncertain', detail: null },
      ][n % 4];
    }
  }

  const found = (c) => {
    const q = c.url.searchParams,
      digits = (text) => text.replace(/\D/g, '');
    const [status, assignee, words, conversation] = ['status', 'assignee', 'q', 'conversation_id'].map((name) => q.get(name));
    return [...leads.values()]
      .filter((it) => it.company_id === c.user.company_id)
      .map((it) => it.view)
      .filter(
        (it) =>
          (!status || it.status === status) &&
          (!conversation || it.conversation_id === +conversation) &&
          (!assignee || (assignee === 'none' ? !it.assignee : it.assignee?.id === +assignee)) &&
          (!words ||
            `${it.name} ${it.city} ${it.object_type} ${it.summary}`.toLowerCase().includes(words.toLowerCase()) ||
            (digits(words) && digits(it.phone).includes(digits(words)))),
      )
      .sort((a, b) => b.id - a.id);
  };
  const one = (c) => {
    const it = leads.get(+c.match[1]);
    return it?.company_id === c.user.company_id ? it : null;
  };
  const tooShort = () => hub.refused('phone', 'phone_too_short', 'The phone number has too few digits');
  const missing = () => hub.problem(404, 'not_found', 'Not found');
  const routes = [
    [
      'GET',
      /^\/api\/leads$/,
      (c) => {
        const all = found(c),
          from = Number(c.url.searchParams.get('cursor') ?? 0),
          limit = Number(c.url.searchParams.get('limit') ?? all.length);
        return hub.ok({
          leads: all.slice(from, from + limit),
          total: all.length,
          next_cursor: from + limit < all.length ? String(from + limit) : null,
        });
      },
    ],
    [
      'POST',
      /^\/api\/leads$/,
      (c) => {
        const conversation = hub.conversations.get(c.json.conversation_id),
          digits = (c.json.phone ?? '').replace(/\D/g, '');
        if (conversation?.company_id !== c.user.company_id) return missing();
        if (digits.length < 11) return tooShort();
        const { conversation_id, ...words } = c.json;
        conversation.lead_id = null;
        return hub.ok(register(conversation, { ...words, phone_e164: `+7${digits.slice(-10)}` }), 201);
      },
    ],
    [
      'GET',
      /^\/api\/leads\/export$/,
      (c) => ({
        status: 200,
        type: 'text/csv',
        bytes: Buffer.from(['name,phone', ...found(c).map((it) => `${it.name},'${it.phone_e164}`)].join('\n')),
      }),
    ],
    [
      'GET',
      /^\/api\/leads\/(\d+)$/,
      (c) => {
        const it = one(c);
        return it ? hub.ok(it.view) : missing();
      },
    ],
    [
      'PATCH',
      /^\/api\/leads\/(\d+)$/,
      (c) => {
        const it = one(c),
          { assignee_id, ...rest } = c.json;
        if (!it) return missing();
        if (rest.phone && rest.phone.replace(/\D/g, '').length < 11) return tooShort();
        if (assignee_id !== undefined) {
          const who = [...hub.users.values()].find((user) => user.id === assignee_id);
          it.view.assignee = who ? { id: who.id, name: who.name || who.email } : null;
        }
        Object.assign(it.view, rest, { updated_at: hub.now() });
        tell('lead.updated', it);
        return hub.ok(it.view);
      },
    ],
    [
      'POST',
      /^\/api\/fake\/leads$/,
      (c) => {
        seed(
          [...hub.conversations.values()].find((it) => it.company_id === c.user.company_id),
          c.json.count,
        );
        return hub.ok({});
      },
    ],
  ];
  return { register, routes };
}
