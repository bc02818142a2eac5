// The stand-in's AI settings of a company, its HTTP tools and what was spent.
const DAY = 86_400_000;

export function aiOf(hub) {
  const companies = new Map(),
    tools = new Map();
  const of = (company) => {
    if (!companies.has(company))
      companies.set(company, {
        key: null,
        base_url: null,
        model: null,
        transcribe_model: null,
        default_region: 'KZ',
        prices: {},
        daily_budget: 5,
        card: '',
        allowed_hosts: [],
        customer_fields: [],
        last_error: null,
      });
    return companies.get(company);
  };
  const ready = (company) => of(company).key !== null;
  const view = (company) => {
    const { key, ...rest } = of(company);
    return {
      ready: !!key,
      source: key ? 'company' : 'none',
      key_hint: key ? `…${key.slice(-4)}` : null,
      ...rest,
      model_in_use: key ? (rest.model ?? 'gpt-4o') : null,
      transcribe_model_in_use: key ? (rest.transcribe_model ?? 'whisper-1') : null,
      list_prices: { 'gpt-4o': { input: 2.5, output: 10 }, 'gpt-4o-mini': { input: 0.15, output: 0.6 } },
      spent_today: key ? 0.4182 : 0,
      budget_today: rest.daily_budget,
    };
  };
  const said = (field, words) => hub.refused(field, 'model_says', words, { words });
  const inside = (field) => hub.refused(field, 'address_inside', 'The address leads into a private or reserved network');
  const forbidden = (code, detail) => hub.problem(403, 'forbidden', detail, hub.flaw(null, code, detail));
  const manages = (work) => (c) =>
    c.user.role === 'operator' ? forbidden('role_too_low', 'Your role does not allow this') : work(c);
  const toolView = ({ company_id, headers, ...rest }) => rest;
  const mine = (c) => [...tools.values()].filter((it) => it.company_id === c.user.company_id);
  function judge(tool) {
    if (!/^[a-z][a-z0-9_]*$/.test(tool.name ?? ''))
      return hub.refused('name', 'not_a_key', `name: "${tool.name}" must be 1 to 40 of a-z, 0-9 and _, beginning with a letter`, {
        given: tool.name ?? '',
      });
    if (/localhost|127\.|10\.|192\.168\./.test(tool.url ?? '')) return inside('url');
    return null;
  }
  const kept = (json, known) => ({
    ...known,
    ...json,
    headers_hint: json.headers
      ? Object.keys(json.headers).join(', ')
      : json.headers === null
        ? null
        : (known?.headers_hint ?? null),
  });
  const routes = [
    ['GET', /^\/api\/ai$/, manages((c) => hub.ok(view(c.user.company_id)))],
    [
      'PATCH',
      /^\/api\/ai$/,
      manages((c) => {
        if ('api_key' in c.json && c.user.role !== 'owner') return forbidden('only_owner_keys', 'Only an owner may set the key');
        if (c.json.api_key === 'sk-wrong') return said('api_key', 'The server refused this key: 401 Incorrect API key provided.');
        if (c.json.model === 'gpt-poor')
          of(c.user.company_id).last_error = {
            code: 'no_money',
            detail: 'You exceeded your current quota, please check your plan and billing details.',
            at: hub.now(),
          };
        if (c.json.model === 'gpt-nothing') return said('model', 'The server does not know the model "gpt-nothing".');
        if (c.json.base_url?.startsWith('http://10.')) return inside('base_url');
        const { api_key, ...rest } = c.json;
        Object.assign(of(c.user.company_id), rest, api_key === undefined ? {} : { key: api_key });
        return hub.ok(view(c.user.company_id));
      }),
    ],
    [
      'GET',
      /^\/api\/ai\/spend$/,
      manages((c) =>
        hub.ok({
          days: ready(c.user.company_id)
            ? Array.from({ length: 21 }, (_, i) => ({
                day: new Date(Date.now() - (20 - i) * DAY).toISOString().slice(0, 10),
                runs: (i * 7) % 40,
                tokens_in: i * 9000,
                tokens_out: i * 700,
                recordings: i % 3,
                audio_seconds: (i % 3) * 20,
                cost: ((i * 7) % 40) * 0.031,
              }))
            : [],
          by_channel: ready(c.user.company_id)
            ? [
                ['Telegram', 250, 14, 7.2],
                ['Web', 160, 6, 5.1],
              ].map(([name, runs, recordings, cost], i) => ({
                channel_id: i + 1,
                name,
                runs,
                tokens_in: runs * 900,
                tokens_out: runs * 70,
                recordings,
                audio_seconds: recordings * 20,
                cost,
              }))
            : [],
        }),
      ),
    ],
    ['GET', /^\/api\/agent\/tools$/, manages((c) => hub.ok({ tools: mine(c).map(toolView) }))],
    [
      'POST',
      /^\/api\/agent\/tools$/,
      manages((c) => {
        const refusal = judge(c.json);
        if (refusal) return refusal;
        const usual = { method: 'GET', parameters: [], timeout_ms: 5000, enabled: true };
        const it = { ...usual, ...kept(c.json), id: hub.id(), company_id: c.user.company_id };
        tools.set(it.id, it);
        return hub.ok(toolView(it), 201);
      }),
    ],
    [
      'PATCH',
      /^\/api\/agent\/tools\/(\d+)$/,
      manages((c) => {
        const it = kept(c.json, tools.get(+c.match[1])),
          refusal = judge(it);
        if (!refusal) tools.set(it.id, it);
        return refusal ?? hub.ok(toolView(it));
      }),
    ],
    ['DELETE', /^\/api\/agent\/tools\/(\d+)$/, manages((c) => (tools.delete(+c.match[1]), hub.ok(null, 204)))],
    [
      'POST',
      /^\/api\/agent\/tools\/(\d+)\/try$/,
      manages((c) =>
        c.json.arguments.city === 'inside'
          ? hub.ok({ status: null, body: '', refused: 'The name leads to an address inside.' })
          : hub.ok({ status: 200, body: JSON.stringify({ asked: c.json.arguments, price_from: 250000 }), refused: null }),
      ),
    ],
  ];
  return { ready, routes };
}
