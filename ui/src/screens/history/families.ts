// The scenarios that the history can be narrowed to. It is narrowed by family, and a scenario of one's own may belong to
// that of a built-in one, so a family is offered once. Pure.
import type { ScenarioCard } from "../../lib/api";

/** A family, under the title by which it is chosen. */
export interface FamilyChoice {
  value: string;
  label: string;
}

/** One choice a family, where it stands first; it is called after the built-in scenario, if there is one in it. */
export function familyChoices(cards: readonly Pick<ScenarioCard, "family" | "title" | "authored">[]): FamilyChoice[] {
  const named = new Map<string, { title: string; authored: boolean }>();
  for (const { family, title, authored } of cards) {
    const known = named.get(family);
    if (!known || (known.authored && !authored)) named.set(family, { title, authored });
  }
  return [...named].map(([value, { title }]) => ({ value, label: title }));
}
