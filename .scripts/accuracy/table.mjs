// The rows of the comparison as a table. Knows nothing of what they mean.

const heldWord = (cell) => (cell.held === null ? "" : cell.held ? "held" : "**NOT HELD**");
const cellText = (cell) => (cell === undefined ? "" : [cell.text, heldWord(cell)].filter(Boolean).join(" - "));

/** Prints the table and answers whether every bar is held. */
export function printTable({ seeds, rows }, showWorst) {
  // A row without recordings stands alone; the others have a column for each part.
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.columns)))].filter((name) => name !== "both");
  const headings = columns.length === 0 ? ["measured"] : columns;
  console.log(`\nseeds ${seeds.join(", ")}\n`);
  console.log(`| what | bar | ${headings.join(" | ")} |\n|---|---|${"---|".repeat(headings.length)}`);
  for (const { what, bar, columns: cells } of rows) {
    const texts = headings.map((name, place) => cellText(cells[name] ?? (place === 0 ? cells.both : undefined)));
    console.log(`| ${what} | ${bar ?? "none"} | ${texts.join(" | ")} |`);
  }
  const all = rows.flatMap((row) => Object.entries(row.columns).map(([column, cell]) => ({ what: row.what, column, ...cell })));
  const missed = all.filter((cell) => cell.held === false);
  const told = showWorst ? all : missed;
  for (const { what, column, worst } of told) if (worst.length > 0) console.log(`\n${what}${column === "both" ? "" : ` (${column})`}:\n  ${worst.join("\n  ")}`);
  const judged = all.filter((cell) => cell.held !== null).length;
  console.log(`\n${judged - missed.length} of ${judged} bars held.`);
  return missed.length === 0;
}
