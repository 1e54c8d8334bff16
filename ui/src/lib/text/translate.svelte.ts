// Words of the window. The language is a state, so that every text changes the moment it does.
import type { ErrorView, Language } from "../api";
import type { MessageKey } from "./messages";
import { sentence, type Catalogue, type Places } from "./sentence";

// Only the language that is spoken is read. Both catalogues have the same keys (a test holds them to it), so neither
// falls back on the other.
const CATALOGUES: Record<Language, () => Promise<{ default: Catalogue }>> = {
  en: () => import("../../../messages/en.json"),
  "zh-CN": () => import("../../../messages/zh-CN.json"),
};

const words: Partial<Record<Language, Catalogue>> = {};

let current = $state<Language>("en");

/** The interface language; independent of the language that is practised. */
export function language(): Language {
  return current;
}

/** Reads the words of a language, once. */
export async function learn(one: Language): Promise<void> {
  words[one] ??= (await CATALOGUES[one]()).default;
}

/** Changes the language, once its words are there. */
export async function speak(next: Language): Promise<void> {
  await learn(next);
  current = next;
  document.documentElement.lang = next;
}

/** The sentence for a key; the key itself in a window without words. `count` chooses the plural. */
export function t(key: MessageKey, places?: Places): string {
  return tKnown(key, key, places);
}

/** The sentence for a key that is put together at run time; `otherwise` when the catalogue does not know it. */
export function tKnown(key: string, otherwise: string, places?: Places): string {
  return sentence(words[current] ?? {}, current, key, places) ?? otherwise;
}

/** The name of a category; its key in readable form when it has no name yet. */
export function categoryName(category: string): string {
  return tKnown(`category.${category}`, category.replaceAll("-", " "));
}

export interface ErrorText {
  what: string;
  safe: string;
  next: string;
}

/** What happened, what is safe, what to do next. */
export function errorText(error: ErrorView): ErrorText {
  // A device that went away has no name any more.
  const places = { code: error.code, device: t("cli.the_microphone"), ...error.params };
  const part = (name: "what" | "safe" | "next") =>
    tKnown(`error.${error.code}.${name}`, t(`error.other.${name}`, places), places);
  return { what: part("what"), safe: part("safe"), next: part("next") };
}
