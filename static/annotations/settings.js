// The settings of a review show what belongs to the mode that is chosen.

const modes = [...document.querySelectorAll("[name=review_mode]")];

function show() {
  const mode = modes.find((mode) => mode.checked)?.value;
  for (const part of document.querySelectorAll("[data-modes]")) part.hidden = !part.dataset.modes.split(" ").includes(mode);
}

for (const mode of modes) mode.addEventListener("change", show);
show();
