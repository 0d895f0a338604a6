// A field that narrows a table: rows without what is typed are hidden. The field's data-narrows names the table.

const locale = document.documentElement.lang || "en";

export function narrow(field) {
  const wanted = field.value.trim().toLocaleLowerCase(locale);
  for (const row of document.querySelectorAll(`${field.dataset.narrows} tbody tr`)) {
    row.hidden = !row.textContent.toLocaleLowerCase(locale).includes(wanted);
  }
}
