// One sentence of a catalogue: the form for a count, and its places filled. The catalogues are written as i18next reads
// them, of which this is the part in use: everything else of that library would be read before the first picture.
import type { Language } from "../api";

/** A catalogue: keys to sentences with `{{places}}`; `key_one`, `key_other`, ... are the forms of `key`. */
export type Catalogue = Readonly<Record<string, string>>;
export type Places = Record<string, string | number>;

const PLACE = /\{\{(\w+)\}\}/g;
const forms = new Map<Language, Intl.PluralRules>();

/** The sentence of `key`, or nothing when the catalogue does not know it. A place that is not given stays as written. */
export function sentence(catalogue: Catalogue, language: Language, key: string, places?: Places): string | undefined {
  const text = formFor(catalogue, language, key, places?.["count"]) ?? catalogue[key];
  if (!places) return text;
  return text?.replace(PLACE, (asWritten, name: string) => String(places[name] ?? asWritten));
}

/** The form that the language has for so many. */
function formFor(catalogue: Catalogue, language: Language, key: string, count: unknown): string | undefined {
  if (typeof count !== "number") return undefined;
  let rules = forms.get(language);
  if (!rules) forms.set(language, (rules = new Intl.PluralRules(language)));
  return catalogue[`${key}_${rules.select(count)}`];
}
