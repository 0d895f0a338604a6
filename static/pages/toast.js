import { t } from "./strings.js";

/** Show one line at the bottom for a while; warnings stay until they are closed. */
export function toast(text, { kind = "" } = {}) {
  const line = document.createElement("div");
  line.className = `toast-line ${kind}`;
  line.setAttribute("role", kind === "warn" ? "alert" : "status");
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", t("close"));
  close.textContent = "×";
  close.addEventListener("click", () => line.remove());
  line.append(words, close);
  document.getElementById("toasts").append(line);
  if (kind !== "warn") setTimeout(() => line.remove(), 5000);
}
