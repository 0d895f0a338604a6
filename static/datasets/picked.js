// Files as the browser gives them: picked, picked as a folder, or dropped, folders among them.

const asItem = (file, folder = "") => ({ name: file.name, folder, size: file.size, file });
const isHidden = (path) => path.split("/").some((part) => part.startsWith("."));
const folderOf = (path) => path.split("/").slice(0, -1).join("/");

/** From an <input type=file>; hidden files of a folder are left out. */
export function fromInput(input) {
  return [...input.files]
    .filter((file) => !isHidden(file.webkitRelativePath || file.name))
    .map((file) => asItem(file, folderOf(file.webkitRelativePath ?? "")));
}

/** From a drop. Folders are walked; what a folder holds keeps its path. */
export async function fromDrop(transfer) {
  // The entries are there during the event alone, so they are taken before the first wait.
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push(asItem(entry));
    else if (entry) await walk(entry, "", found);
  }
  return found;
}

async function walk(entry, folder, found) {
  if (entry.name.startsWith(".")) return;
  if (entry.isFile) {
    const file = await new Promise((resolve) => { entry.file(resolve, () => resolve(null)); });
    if (file) found.push(asItem(file, folder));
    return;
  }
  const inside = folder ? `${folder}/${entry.name}` : entry.name;
  const reader = entry.createReader();
  for (;;) {
    // A reader gives a hundred entries at a time, and an empty list at the end.
    const entries = await new Promise((resolve) => { reader.readEntries(resolve, () => resolve([])); });
    if (!entries.length) return;
    for (const child of entries) await walk(child, inside, found);
  }
}
