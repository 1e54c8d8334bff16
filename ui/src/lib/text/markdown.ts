// The little Markdown that scenarios use: headings, paragraphs, lists, strong and emphasis. It becomes data, never
// HTML text, so that nothing in a scenario file can reach into the page.

export type Span = { text: string; style: "plain" | "strong" | "emphasis" };
export type Block =
  { kind: "heading" | "paragraph"; spans: Span[] } | { kind: "list"; ordered: boolean; items: Span[][] };

const INLINE = /\*\*(.+?)\*\*|__(.+?)__|\*(.+?)\*|(?<![\p{L}\p{N}])_(.+?)_(?![\p{L}\p{N}])/gu;
const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;

export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) spans.push({ text: text.slice(from, match.index), style: "plain" });
    const strong = match[1] ?? match[2];
    spans.push({ text: strong ?? match[3] ?? match[4] ?? "", style: strong === undefined ? "emphasis" : "strong" });
    from = match.index + match[0].length;
  }
  if (from < text.length) spans.push({ text: text.slice(from), style: "plain" });
  return spans;
}

export function blocksOf(source: string): Block[] {
  return source
    .replaceAll("\r\n", "\n")
    .split(/\n\s*\n/)
    .map((part) => part.split("\n").filter((line) => line.trim() !== ""))
    .filter((lines) => lines.length > 0)
    .map(blockOf);
}

function blockOf(lines: string[]): Block {
  const items = lines.map((line) => ITEM.exec(line));
  if (items.every((item) => item !== null)) {
    return { kind: "list", ordered: items[0]?.[1] !== undefined, items: items.map((item) => spansOf(item[2] ?? "")) };
  }
  const text = lines.map((line) => line.trim()).join(joiner(lines));
  const heading = /^#{1,6}\s+(.*)$/.exec(text);
  return heading ? { kind: "heading", spans: spansOf(heading[1] ?? "") } : { kind: "paragraph", spans: spansOf(text) };
}

// A line break in the source is a space between words, but nothing between Chinese characters.
function joiner(lines: string[]): string {
  return lines.some((line) => /[\u3400-\u9fff]/.test(line)) ? "" : " ";
}
