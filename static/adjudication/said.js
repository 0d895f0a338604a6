// An answer in a few words, whatever its question.

import { formatTime } from "../workbench/time.js";
import { t } from "../workbench/strings.js";

export function said(question, value) {
  if (value === undefined || value === null) return t("noAnswer");
  if (question.type === "words") {
    if (value.cannot_judge) return t("cannotJudge");
    if (value.families) return t("familyOnly", { names: value.families.join(", ") });
    return [...(value.terms ?? []).map((code) => question.labels[code] ?? code), ...(value.words ?? []).map((word) => `“${word}”`)].join(", ") || t("noAnswer");
  }
  if (question.type === "rating") return t("stepOf", { n: value, steps: question.configuration.steps });
  if (question.type === "regions") return t("nMarks", { n: value.length });
  if (question.type === "timestamp") return (Array.isArray(value) ? value : [value]).map(formatTime).join(", ");
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What people differ about, in a word each. */
export const kindsOf = ({ question, cluster }) => (cluster ? cluster.conflicts.map((kind) => t(`kind_${kind}`)) : question.consensus.flags.map((flag) => t(`flag_${flag}`)));

export const percent = (share) => (share === null || share === undefined ? "" : `${Math.round(share * 100)} %`);
