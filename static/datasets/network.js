// Sending a file and asking how far its reading is.

import { csrfToken, refusal, send } from "../pages/request.js";

/**
 * Send one file as the body of a request. `onPart` gets the part sent, 0 to 1.
 * Returns {done, stop}: done resolves to {status, body}; status 0 means that the connection was lost.
 */
export function upload(url, item, onPart) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.total) onPart(event.loaded / event.total);
    });
    const lost = () => resolve({ status: 0, body: null });
    request.addEventListener("error", lost);
    request.addEventListener("abort", lost);
    request.addEventListener("load", () => resolve({ status: request.status, body: parsed(request.responseText) }));
  });
  const query = new URLSearchParams({ filename: item.name, ...(item.folder ? { folder: item.folder } : {}) });
  request.open("POST", `${url}?${query}`);
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("Accept", "application/json");
  request.send(item.file);
  return { done, stop: () => request.abort() };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The rows of the server about these files; nothing when it does not answer. */
export async function progress(url, ids) {
  try {
    const { status, body } = await send("GET", `${url}?ids=${ids.join(",")}`);
    return status === 200 ? body.items : [];
  } catch {
    return [];
  }
}

export const sentence = refusal;
