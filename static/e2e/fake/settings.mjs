// The stand-in's agent of a channel: settings, versions, presets, the try-out.
import { think } from './script.mjs';

const DEFAULTS = {
  answers_first: 'agent',
  name: 'Ассистент',
  role: '',
  tone: '',
  languages: ['ru', 'kk', 'en'],
  greeting: {},
  find_out: [],
  hand_over_when: '',
  scope: 'qualifying',
  hours: null,
  model: null,
  temperature: 0.3,
  budget_per_conversation: null,
  budget_per_day: null,
  debounce_ms: 1500,
  disclose: true,
  extra: '',
};
const BUILDING = {
  ...DEFAULTS,
  name: 'Айша',
  role: 'Помощник строительной компании: узнаёт, что человек хочет построить, и собирает заявку для менеджера.',
  tone: 'Вежливо, коротко, на «вы».',
  greeting: { ru: 'Здравствуйте! Расскажите, что хотите построить.', kk: 'Сәлеметсіз бе! Не салғыңыз келетінін айтыңыз.' },
  find_out: [
    { key: 'city', label: 'Город', required: true },
    { key: 'object_type', label: 'Что построить', required: true },
    { key: 'area', label: 'Площадь', required: false },
    { key: 'plot', label: 'Есть ли участок', required: false },
  ],
  hand_over_when: 'Клиент недоволен или спрашивает о рассрочке.',
};

export function settingsOf(hub) {
  const agents = new Map();
  const ready = (channel) => hub.ai.ready(channel.company_id);
  /** Until somebody saves, the agent is on: whether it can answer is the key's matter. */
  const now = (channel) => agents.get(channel.id)?.at(-1)?.settings ?? DEFAULTS;
  const state = (channel) => {
    const newest = agents.get(channel.id)?.at(-1),
      settings = now(channel);
    return {
      channel_id: channel.id,
      version: newest?.number ?? 0,
      answers_first: ready(channel) ? settings.answers_first : 'people',
      settings,
      ready: ready(channel),
      updated_at: newest?.created_at ?? null,
      updated_by: newest?.created_by ?? null,
    };
  };
  function add(channel, settings, user) {
    const all = agents.get(channel.id) ?? [];
    agents.set(channel.id, [
      ...all,
      { number: all.length + 1, settings, created_at: hub.now(), created_by: { id: user.id, name: user.name || user.email } },
    ]);
    return hub.ok(state(channel));
  }
  function judge(it) {
    const strange = Object.keys(it).find((key) => !(key in DEFAULTS));
    if (strange) return hub.refused(null, 'unreadable', `unknown field ${strange}`, { words: `unknown field ${strange}` });
    if (it.languages.length === 0)
      return hub.refused('languages', 'languages_once', 'languages must name at least one language, each once');
    if (it.hours && it.hours.days.length === 0)
      return hub.refused('hours', 'days_once', 'hours: days must name at least one day, each once');
    const words = 'The model "gpt-nothing" is not known to the server.';
    if (it.model === 'gpt-nothing') return hub.refused('model', 'model_says', words, { words });
    return null;
  }
  const of = (work) => (c) => {
    const channel = hub.channels.get(+c.match[1]);
    return channel?.company_id === c.user.company_id ? work(c, channel) : hub.problem(404, 'not_found', 'Not found');
  };
  const routes = [
    ['GET', /^\/api\/channels\/(\d+)$/, of((c, channel) => hub.ok(channel))],
    [
      'GET',
      /^\/api\/agent\/presets$/,
      () =>
        hub.ok({
          presets: [
            {
              id: 'construction',
              name: { ru: 'Строительная компания', kk: 'Құрылыс компаниясы', en: 'Building company' },
              settings: BUILDING,
            },
            { id: 'services', name: { ru: 'Услуги', kk: 'Қызметтер', en: 'Services' }, settings: DEFAULTS },
          ],
        }),
    ],
    ['GET', /^\/api\/channels\/(\d+)\/agent$/, of((c, channel) => hub.ok(state(channel)))],
    ['PUT', /^\/api\/channels\/(\d+)\/agent$/, of((c, channel) => judge(c.json) ?? add(channel, c.json, c.user))],
    [
      'GET',
      /^\/api\/channels\/(\d+)\/agent\/versions$/,
      of((c, channel) => hub.ok({ versions: [...(agents.get(channel.id) ?? [])].reverse(), next_cursor: null })),
    ],
    [
      'POST',
      /^\/api\/channels\/(\d+)\/agent\/rollback$/,
      of((c, channel) => add(channel, agents.get(channel.id)[c.json.number - 1].settings, c.user)),
    ],
    [
      'POST',
      /^\/api\/channels\/(\d+)\/agent\/try$/,
      of((c, channel) => {
        if (!ready(channel)) return hub.problem(503, 'agent_off', 'There is no access to a model.');
        const turn = think(c.json.messages.at(-1).text);
        const tool_calls = turn.lead
          ? [{ name: 'register_lead', arguments: JSON.stringify(turn.lead), result: { status: 'registered' } }]
          : turn.why
            ? [{ name: 'handoff', arguments: { reason: turn.why }, result: {} }]
            : [];
        return hub.ok({
          text: turn.text,
          tool_calls,
          ended: turn.why ? 'handoff' : 'answer',
          reason: turn.why ?? null,
          latency_ms: 1240,
          tokens_in: 812,
          tokens_out: 46,
          cost: 0.00249,
        });
      }),
    ],
  ];
  return { now, state, routes };
}
