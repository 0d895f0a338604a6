export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Send JSON to the API. Resolves to {status, body}; a refusal is not an exception, a lost connection is. */
export async function send(method, url, body) {
  const response = await fetch(url, {
    method,
    credentials: "same-origin",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text && response.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : null };
}

/** The sentence in an answer that refuses: {"detail": "..."} or the first of {"detail": [{"msg": "..."}]}. */
export function refusal(body, otherwise) {
  if (typeof body?.detail === "string") return body.detail;
  return body?.detail?.[0]?.msg ?? otherwise;
}
