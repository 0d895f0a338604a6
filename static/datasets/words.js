// Times in words, the same as the server writes them.

const two = (n) => String(n).padStart(2, "0");

/** Milliseconds as 1:04.120, or 2:03:04.500 from an hour on. */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = String(Math.floor(ms) % 1000).padStart(3, "0");
  const tail = `${two(seconds % 60)}.${rest}`;
  return hours ? `${hours}:${two(minutes % 60)}:${tail}` : `${minutes}:${tail}`;
}
