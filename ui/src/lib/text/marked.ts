// Where the words of a search stand in a text: English by beginning and in any case, also right behind Chinese, and
// Chinese anywhere, as the core looks for them. Pure.

// What is written without spaces.
const SPACELESS = "\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af";
const WORD = new RegExp(`[${SPACELESS}]+|[^\\s\\p{P}\\p{S}${SPACELESS}]+`, "gu");
const ANYWHERE = new RegExp(`^[${SPACELESS}]`, "u");
const BEGINNING = `(?<!(?![${SPACELESS}])[\\p{L}\\p{N}])`;

export interface Part {
  text: string;
  hit: boolean;
}

/** The text in parts, each found or not. */
export function marked(text: string, search: string): Part[] {
  const words = search.match(WORD) ?? [];
  if (words.length === 0) return [{ text, hit: false }];
  const escaped = (word: string) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const pattern = words.map((word) => (ANYWHERE.test(word) ? word : `${BEGINNING}${escaped(word)}`)).join("|");
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(new RegExp(pattern, "giu"))) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), hit: false });
    parts.push({ text: match[0], hit: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), hit: false });
  return parts;
}
