// Opens and closes dialogs: <button data-opens="id">, <button data-closes>, <dialog data-open-now>.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog").close();
});

document.querySelector("dialog[data-open-now]")?.showModal();
