// What the server refused, question by question and place by place. Pure.
//
// errors: {alias: [{path, message}, ...]}; `path` leads into an answer that has parts, and is empty for the whole of it.

/** From the server's list of {loc, msg}; what fits no question is under "". */
export function errorsByAlias({ questions }, detail) {
  const errors = {};
  for (const { loc = [], msg } of detail) {
    const [alias, ...path] = loc[0] === "body" && loc[1] === "answers" ? loc.slice(2) : [];
    const name = questions.some((question) => question.alias === alias) ? alias : "";
    errors[name] = [...(errors[name] ?? []), { path: name ? path : [], message: msg }];
  }
  return errors;
}

const isWithin = (path, place) => place.every((part, i) => path[i] === part);

/** The errors left once the part at `path` of an answer was changed. */
export function withoutErrors(errors, alias, path = []) {
  const { [alias]: own, ...others } = errors;
  const left = own?.filter((error) => !isWithin(error.path, path) && !isWithin(path, error.path)) ?? [];
  return left.length ? { ...others, [alias]: left } : others;
}
