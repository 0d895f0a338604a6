// Parts that only some items need. They arrive with the first item that asks for them, before it is shown.

const TYPES = {
  rating: () => Promise.all([import("./form_rating.js"), import("./form_number.js")]).then(([{ rating }]) => rating),
  number: () => import("./form_number.js").then(({ number }) => number),
  form: () => Promise.all([
    import("./form_schema.js"), import("./form_controls.js"), import("./form_number.js"), import("./schema.js"),
  ]).then(([{ schemaForm }]) => schemaForm),
  words: () => Promise.all([
    import("./form_words.js"), import("./words_box.js"), import("./words_browse.js"), import("./words_pools.js"), import("./words_rank.js"), import("./words_recent.js"),
  ]).then(([{ words }]) => words),
  suggestions: () => Promise.all([
    import("./suggesting.js"), import("./suggestion_row.js"), import("./suggestion_buttons.js"), import("./suggestions_bar.js"), import("./paint_suggestions.js"),
  ]).then(([{ createSuggesting }]) => createSuggesting),
};
const builders = new Map();

/** How a question of this type, or what comes with "suggestions", is built; undefined for what every workbench knows. */
export const builderOf = (type) => builders.get(type);

async function fetchFor({ questions = [], suggestions }) {
  const wanted = [...questions.map(({ type }) => type), ...(suggestions ? ["suggestions"] : [])];
  const types = new Set(wanted.filter((type) => TYPES[type] && !builders.has(type)));
  await Promise.all([...types].map(async (type) => builders.set(type, await TYPES[type]())));
  const pools = new Set(questions.filter(({ type }) => type === "words").map(({ configuration }) => configuration.index_url));
  if (pools.size) await import("./words_pools.js").then(({ load }) => Promise.all([...pools].map(load)));
}

const FAILED = { status: 0, ok: false, data: null, message: "" };

/** The same calls; those that bring an item bring what it needs as well, or fail as a lost connection does. */
export function withNeeds(api, names) {
  const waiting = (call) => async (...given) => {
    const answer = await call(...given);
    const item = answer.data?.next ?? answer.data;
    if (!answer.ok || !item?.questions) return answer;
    try {
      await fetchFor(item);
      return answer;
    } catch {
      return FAILED;
    }
  };
  return { ...api, ...Object.fromEntries(names.map((name) => [name, waiting(api[name])])) };
}
