// Requests to the server. Nothing here throws: a failed connection is an answer with status 0.

import { t } from "./strings.js";

function csrfToken() {
  // Logging in again in another tab renews the token: the cookie, where it can be read, is newer than the page.
  const cookie = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return cookie ?? document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** {status, data, ok, message}: `data` is the parsed body or null, `message` the server's sentence if it gave one. */
export async function call(method, url, body, { keepalive = false } = {}) {
  let response;
  try {
    response = await fetch(url, {
      method, keepalive,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(method === "GET" ? {} : { "X-CSRFToken": csrfToken() }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    return { status: 0, ok: false, data: null, message: "" };
  }
  let data = null;
  try {
    data = response.status === 204 ? null : await response.json();
  } catch {
    data = null;
  }
  const message = typeof data?.detail === "string" ? data.detail : "";
  return { status: response.status, ok: response.ok, data, message };
}

/** The sentence for an answer that is not what was hoped for. */
export function sentenceOf({ status, message, data }) {
  if (status === 0) return t("noConnection");
  if (status === 401) return t("loggedOut");
  if (status >= 500) return t("serverDown");
  return message || (Array.isArray(data?.detail) ? data.detail.map(({ msg }) => msg).join(" ") : "") || t("refused");
}

const assignmentUrl = (urls, id) => urls.assignment.replace("{id}", id);

/** The calls of the workbench, bound to the addresses the page was given. */
export function createApi(urls) {
  const on = (id, verb = "") => assignmentUrl(urls, id) + (verb && `/${verb}`);
  return {
    next: () => call("POST", urls.next, {}),
    nextReview: () => call("POST", urls.next_review, {}),
    read: (id, revision = null) => call("GET", on(id) + (revision ? `?revision=${revision}` : "")),
    open: (id) => call("POST", on(id, "open"), {}),
    save: (id, draft, options) => call("PUT", on(id, "draft"), draft, options),
    submit: (id, body) => call("POST", on(id, "submit"), body),
    skip: (id, reason) => call("POST", on(id, "skip"), { reason, next: true }),
    release: (id) => call("POST", on(id, "release"), {}),
    approve: (id, verdict) => call("POST", on(id, "approve"), { ...verdict, next: true }),
    fix: (id, verdict) => call("POST", on(id, "fix"), { ...verdict, next: true }),
    drop: (id, verdict) => call("POST", on(id, "drop"), { ...verdict, next: true }),
    letGo: (id) => call("POST", on(id, "let-go"), { next: true }),
    comments: (id) => call("GET", on(id, "comments")),
    comment: (id, comment) => call("POST", on(id, "comments"), comment),
    removeComment: (id) => call("DELETE", urls.comment.replace("{id}", id)),
    reject: (id, verdict) => call("POST", on(id, "reject"), { ...verdict, next: true }),
  };
}
