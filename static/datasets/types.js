// Rows of artifact types: add, move, remove.

const rows = document.querySelector("[data-types]");
const template = document.getElementById("type-row");
const palette = rows.dataset.palette.split(" ");

function add() {
  const row = template.content.firstElementChild.cloneNode(true);
  const taken = new Set([...rows.querySelectorAll("[name=type_color]")].map((input) => input.value));
  row.querySelector("[name=type_color]").value = palette.find((color) => !taken.has(color)) ?? palette[rows.children.length % palette.length];
  rows.append(row);
  return row;
}

function move(row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (step < 0) other.before(row);
  else other.after(row);
}

document.querySelector("[data-add-type]").addEventListener("click", () => add().querySelector("[name=type_name]").focus());

rows.addEventListener("click", (event) => {
  const row = event.target.closest("[data-type-row]");
  const mover = event.target.closest("[data-move]");
  if (mover) {
    move(row, Number(mover.dataset.move));
    mover.focus();
  } else if (event.target.closest("[data-remove]")) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector("[name=type_name]") ?? document.querySelector("[data-add-type]")).focus();
  }
});

// Enter in a name begins the next one; the form is sent by its button.
rows.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input")) return;
  event.preventDefault();
  const row = event.target.closest("[data-type-row]");
  (row.nextElementSibling ?? add()).querySelector("[name=type_name]").focus();
});

if (!rows.children.length) add();
