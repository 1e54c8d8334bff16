// What rules counted, for the whole talk: several skills may rest on the same count. Pure.
import type { MessageKey } from "../text/messages";
import type { Language, Rule, RuleView, SkillResultView } from "../api";

/** The rules whose sentences give words for an example. */
const WITH_WORDS = ["own_view", "generalisations", "apologies", "hedges", "thanks"] as const satisfies readonly Rule[];

export interface Counted extends RuleView {
  /** The skills that it says something about. */
  skills: string[];
}

/** Each rule once, in the order of the skills. */
export function counted(skills: readonly Pick<SkillResultView, "name" | "rules">[]): Counted[] {
  const found = new Map<Rule, Counted>();
  for (const { name, rules } of skills) {
    for (const rule of rules) {
      const known = found.get(rule.rule);
      if (known) known.skills.push(name);
      else found.set(rule.rule, { ...rule, skills: [name] });
    }
  }
  return [...found.values()];
}

/** The sentence for a count; "none" is said with words, the rest by the plural of the language. */
export function ruleKey(rule: Rule, count: number): MessageKey {
  return count === 0 ? `feedback.rule_none.${rule}` : `feedback.rule.${rule}`;
}

/**
 * The words that the sentence of a rule gives for an example; null where it gives none. They are of the language that
 * was practised, in which most of the sentences are that the rule looks into, whatever the language of the window.
 */
export function wordsKey(rule: Rule, practised: Language): MessageKey | null {
  const known = WITH_WORDS.find((one) => one === rule);
  return known ? `feedback.rule_words.${practised}.${known}` : null;
}
