// What there is to decide about an item, what was decided, and the answers that come of it. Pure: no DOM.

const MARKS = ["regions", "timestamp"];
const BY_MEDIAN = ["rating", "number"];

export const isMarks = (question) => MARKS.includes(question.type);

/** Of an answer as a whole: what each way of taking it gives; undefined where that way gives none. */
function wholeOf(question, lanes, { how, assignment, value }) {
  if (how === "own") return value;
  if (how === "answer") return lanes.find((lane) => lane.assignment === assignment)?.answers[question.alias];
  if (how === "median") return BY_MEDIAN.includes(question.type) ? (question.median ?? undefined) : undefined;
  if (how === "union") return question.union ?? undefined;
  const agreed = question.consensus.value;
  // Words that are only of the same family are no answer, and neither is half a step.
  if (agreed === null || agreed === undefined || agreed.families) return undefined;
  return question.type === "rating" && !Number.isInteger(agreed) ? (question.median ?? undefined) : agreed;
}

/** Of one stretch of sound: [start_ms, end_ms] pairs. */
function spansOf(cluster, { how, assignment, spans }) {
  if (how === "own") return spans;
  if (how === "answer") return cluster.members[assignment] ?? [];
  if (how === "median") return cluster.spans;
  if (how === "union") return [[cluster.start_ms, cluster.end_ms]];
  return cluster.kept ? cluster.spans : [];
}

/** Everything people differ about, in the order asked and in order of time: {id, question, cluster?, isOpen}. */
export function conflictsOf(payload) {
  const rows = [];
  for (const question of payload.questions) {
    if (isMarks(question)) {
      question.conflicts.forEach((cluster, number) => {
        if (cluster.open || cluster.conflicts.length) rows.push({ id: `${question.alias}/${number}`, question, cluster, isOpen: cluster.open });
      });
      continue;
    }
    const agreed = wholeOf(question, payload.lanes, { how: "consensus" });
    const isAsked = payload.lanes.some((lane) => lane.answers[question.alias] !== undefined);
    const isOpen = isAsked && (agreed === undefined || question.consensus.flags.some((flag) => ["tie", "no_consensus", "low_confidence", "nobody_said"].includes(flag)));
    if (question.differs || (isOpen && payload.lanes.length > 1)) rows.push({ id: question.alias, question, cluster: null, isOpen });
  }
  return rows;
}

const isSame = (some, others) => JSON.stringify([...some].sort((a, b) => a[0] - b[0])) === JSON.stringify([...others].sort((a, b) => a[0] - b[0]));

/** How an earlier settlement decided each stretch: by the way that gives the same marks, else its own. Marks in none stay. */
function marksBefore(question, { lanes, adjudication: { answers, how } }, conflicts) {
  let left = [answers[question.alias] ?? []].flat().map((mark) => (typeof mark === "object" ? [mark.label, mark.start_ms, mark.end_ms] : ["", mark, mark]));
  const people = lanes.map(({ assignment }) => ({ how: "answer", assignment }));
  const named = how?.[question.alias];
  const ways = [...(named && named.how !== "own" ? [named] : []), { how: "consensus" }, ...people, { how: "median" }, { how: "union" }];
  const rows = question.conflicts.flatMap((cluster, number) => {
    const id = `${question.alias}/${number}`;
    const isIn = ([label, start, end]) => (label || "") === (cluster.label || "") && end >= cluster.start_ms && start <= cluster.end_ms;
    const spans = left.filter(isIn).map(([, start, end]) => [start, end]);
    left = left.filter((mark) => !isIn(mark));
    if (!conflicts.some((conflict) => conflict.id === id) && isSame(spansOf(cluster, { how: "consensus" }), spans)) return [];
    return [[id, ways.find((way) => isSame(spansOf(cluster, way), spans)) ?? { how: "own", spans }]];
  });
  return left.length ? [...rows, [`${question.alias}/rest`, { how: "own", marks: left }]] : rows;
}

/** What is taken to begin with: what most agree on; nothing where that is open. An earlier settlement stands. */
export function firstDecisions(payload, conflicts) {
  const before = payload.adjudication;
  if (!before) return Object.fromEntries(conflicts.map(({ id, isOpen }) => [id, isOpen ? null : { how: "consensus" }]));
  const whole = conflicts.filter(({ cluster }) => !cluster).map(({ id, question }) => [id, { how: "own", value: before.answers[question.alias] }]);
  return Object.fromEntries([...whole, ...payload.questions.filter(isMarks).flatMap((question) => marksBefore(question, payload, conflicts))]);
}

/** Whether this way of taking gives anything here: a person who said nothing about words, a median of words, do not. */
export function canTake(payload, conflict, decision) {
  if (conflict.cluster) return decision.how !== "own";
  return wholeOf(conflict.question, payload.lanes, decision) !== undefined;
}

const SHAPES = {
  regions: (spans) => (spans.length ? spans.map(([label, start, end], n) => ({ id: `a${n + 1}`, label, start_ms: start, end_ms: end, note: "" })) : undefined),
  timestamp: (spans, question) => {
    const times = [...new Set(spans.map(([, start]) => start))].sort((a, b) => a - b);
    if (!times.length) return undefined;
    return question.configuration.multi ? times : times[0];
  },
};

/** All marks of a question as they would be kept now, [label, start_ms, end_ms] each, in order of time. */
export function marksNow(question, decisions) {
  const spans = question.conflicts.flatMap((cluster, number) => {
    const id = `${question.alias}/${number}`;
    const decision = id in decisions ? decisions[id] : { how: "consensus" };
    // What is still to be decided is not kept by anybody.
    if (!decision) return [];
    return spansOf(cluster, decision).map(([start, end]) => [cluster.label, start, end]);
  });
  return [...spans, ...(decisions[`${question.alias}/rest`]?.marks ?? [])].sort((a, b) => a[1] - b[1] || a[2] - b[2]);
}

/** The value of a question as it would be kept now; undefined: no answer. */
export function valueNow(payload, question, decisions) {
  if (isMarks(question)) return SHAPES[question.type](marksNow(question, decisions), question);
  const decision = question.alias in decisions ? decisions[question.alias] : { how: "consensus" };
  if (!decision) return undefined;
  const only = payload.lanes.length === 1 ? payload.lanes[0].answers[question.alias] : undefined;
  return wholeOf(question, payload.lanes, decision) ?? (decision.how === "consensus" ? only : undefined);
}

/** {answers, how} to be kept. Where stretches of one question were taken in several ways it is the auditor's own. */
export function settled(payload, decisions) {
  const answers = {};
  const how = {};
  for (const question of payload.questions) {
    const value = valueNow(payload, question, decisions);
    if (value !== undefined) answers[question.alias] = value;
    const mine = Object.entries(decisions).filter(([id, one]) => one && (id === question.alias || id.startsWith(`${question.alias}/`)));
    const ways = new Set(mine.map(([, one]) => `${one.how} ${one.assignment ?? ""}`));
    const [[, first]] = mine.length ? mine : [["", { how: "consensus" }]];
    how[question.alias] = ways.size > 1 ? { how: "own" } : { how: first.how, ...(first.assignment && { assignment: first.assignment }) };
  }
  return { answers, how };
}

/** The conflict `step` places on from `id` in a ring; null where there are none. */
export function stepFrom(conflicts, id, step) {
  if (!conflicts.length) return null;
  const at = conflicts.findIndex((conflict) => conflict.id === id);
  if (at < 0) return conflicts[step > 0 ? 0 : conflicts.length - 1].id;
  return conflicts[(at + step + conflicts.length) % conflicts.length].id;
}

/** The first that must be decided and is not; null where all are. */
export const undecided = (conflicts, decisions) => conflicts.find(({ id, isOpen }) => isOpen && !decisions[id]) ?? null;
