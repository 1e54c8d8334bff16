// What rules counted, for the whole talk: several skills may rest on the same count. Pure.
import type { MessageKey } from "../text/messages";
import type { Rule, RuleView, SkillResultView } from "./types";

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
