// From a JSON schema to the fields of a form, and from fields to the answer, an object. Pure.
//
// A field is {path, name, title, description, isRequired, kind, ...}. Its kind says how it is asked:
//   "text"    one line {most, least, format}     "long"   several lines {most, least}
//   "choice"  one of {options: [{value, label}]} "choices" several of them
//   "number"  {bounds}, see numbers.js           "boolean" yes or no
//   "group"   an object of {fields}              "json"   whatever else: written as JSON

const LONG_FROM = 200;
// The server takes no deeper schema, and none that contains itself.
const DEEPEST = 20;

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isScalar = (value) => ["string", "number", "boolean"].includes(typeof value);
const own = (object, name) => (isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined);

function referred(root, reference) {
  const parts = decodeURIComponent(reference.slice(1)).split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return parts.reduce((found, part) => (Array.isArray(found) ? found[Number(part)] : own(found, part)), root);
}

/** The schema with what it refers to in place, and without a mere "or nothing". */
function plain(schema, root, depth = 0) {
  if (!isObject(schema) || depth > DEEPEST) return {};
  const { $ref: reference, allOf, anyOf, oneOf, ...rest } = schema;
  if (typeof reference === "string" && reference.startsWith("#")) {
    return plain({ ...plain(referred(root, reference), root, depth + 1), ...rest, ...(anyOf && { anyOf }), ...(oneOf && { oneOf }) }, root, depth + 1);
  }
  if (allOf?.length === 1) return plain({ ...plain(allOf[0], root, depth + 1), ...rest }, root, depth + 1);
  const several = (anyOf ?? oneOf)?.map((one) => plain(one, root, depth + 1)).filter(({ type }) => type !== "null");
  if (several?.length === 1) return { ...several[0], ...rest };
  const types = Array.isArray(rest.type) ? rest.type.filter((type) => type !== "null") : null;
  return { ...rest, ...(types?.length === 1 && { type: types[0] }), ...(several && { several }), ...(allOf && { allOf }) };
}

/** What can be chosen, or null when this is no list of plain values. */
function optionsOf({ enum: values, const: only, several, type }) {
  if (only !== undefined && isScalar(only)) return [{ value: only, label: String(only) }];
  if (several) {
    const all = several.every((one) => isScalar(one.const));
    return all ? several.map((one) => ({ value: one.const, label: one.title ?? String(one.const) })) : null;
  }
  const kept = Array.isArray(values) ? values.filter((value) => value !== null) : [];
  return kept.length && type !== "array" && kept.every(isScalar) ? kept.map((value) => ({ value, label: String(value) })) : null;
}

const boundsOf = ({ type, minimum: min, maximum: max, exclusiveMinimum: above, exclusiveMaximum: below }) =>
  ({ min, max, above, below, isWhole: type === "integer" });

function kindOf(schema, root, path) {
  const options = optionsOf(schema);
  if (options) return { kind: "choice", options };
  const { type, several, allOf, format, minLength: least, maxLength: most } = schema;
  if (several || allOf) return { kind: "json" };
  if (type === "string") return { kind: most > LONG_FROM || format === "textarea" ? "long" : "text", least, most, format };
  if (type === "number" || type === "integer") return { kind: "number", bounds: boundsOf(schema) };
  if (type === "boolean") return { kind: "boolean" };
  const items = type === "array" && optionsOf(plain(schema.items, root));
  if (items) return { kind: "choices", options: items };
  const isGroup = (type === "object" || type === undefined) && isObject(schema.properties) && path.length < DEEPEST;
  return isGroup ? { kind: "group", fields: fieldsIn(schema, root, path) } : { kind: "json" };
}

function fieldsIn(schema, root, path) {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, property]) => {
    const found = plain(property, root);
    const at = [...path, name];
    return { path: at, name, title: found.title || name, description: found.description ?? "", isRequired: required.includes(name), ...kindOf(found, root, at) };
  });
}

/** The whole form as one group, or as one field of kind "json" when the schema names no properties. */
export function formOf(schema) {
  const found = plain(schema, schema);
  return { path: [], name: "", title: found.title ?? "", description: found.description ?? "", isRequired: false, ...kindOf(found, schema, []) };
}

/** All fields that are answered themselves, in the order asked. */
export const leavesOf = (field) => (field.kind === "group" ? field.fields.flatMap(leavesOf) : [field]);

export const valueAt = (answer, path) => path.reduce((value, name) => own(value, name), answer ?? undefined);

const without = (object, name) => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
const isBare = (object) => isObject(object) && !Object.keys(object).length;

function isNothing(field, value) {
  if (value === undefined) return true;
  if (field?.kind === "json") return false;
  if (Array.isArray(value) && !value.length) return !field?.isRequired;
  return value === null || value === "" || isBare(value);
}

function put(group, answer, [name, ...rest], next) {
  const now = isObject(answer) ? answer : {};
  const field = group?.fields?.find((one) => one.name === name);
  const value = rest.length ? put(field, own(now, name), rest, next) : next;
  return isNothing(field, value) ? without(now, name) : { ...now, [name]: value };
}

const isOpenGroup = ({ kind, isRequired }) => kind === "group" && isRequired;

/** Without groups that hold nothing: one that must be there has been put there by `filled`, not by a person. */
function pruned(group, answer) {
  return group.fields.filter(({ kind }) => kind === "group").reduce((kept, field) => {
    const inner = own(kept, field.name);
    if (!isObject(inner)) return kept;
    const rest = pruned(field, inner);
    return isBare(rest) ? without(kept, field.name) : { ...kept, [field.name]: rest };
  }, answer);
}

/** With the groups that must be there: nobody can type an empty object. */
function filled(group, answer) {
  return group.fields.filter((field) => isOpenGroup(field) || (field.kind === "group" && own(answer, field.name) !== undefined))
    .reduce((full, field) => ({ ...full, [field.name]: filled(field, own(full, field.name) ?? {}) }), answer);
}

/** The answer with the field at `path` set to `next`; null when nothing is left of it. What has no field stays. */
export function write(form, answer, path, next) {
  if (!path.length) return next ?? null;
  const bare = pruned(form, put(form, answer, path, next));
  return isBare(bare) ? null : filled(form, bare);
}

/** The field that a path of the server leads to: the field itself, else the nearest one around it. */
export function nearest(form, path) {
  let field = form;
  for (const name of path) {
    const inner = field.fields?.find((one) => one.name === name);
    if (!inner) break;
    field = inner;
  }
  return field;
}

/** A value as it stands in a sentence. */
export function readable(value) {
  if (Array.isArray(value) && value.every(isScalar)) return value.join(", ");
  return isScalar(value) ? String(value) : JSON.stringify(value);
}

/** Every value of an answer under its path: [["tone", "warm"], ["caller.age", 7]]. */
export function flat(answer, path = []) {
  if (isObject(answer) && !(path.length && isBare(answer))) return Object.entries(answer).flatMap(([name, value]) => flat(value, [...path, name]));
  return answer === undefined || answer === null ? [] : [[path.join("."), readable(answer)]];
}
