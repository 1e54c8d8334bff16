// Two results side by side: skill by skill where the same rubric and the same judge stand behind both, and otherwise
// why not. Pure.
import type { ResultView, Standing } from "./types";

export type NotCompared = "too_little" | "rules" | "judge" | "rubric";

/** How a skill moved: `near` where the looks of both leave room for the same rating. */
export type Move = "higher" | "lower" | "same" | "near" | "open";

export interface Compared {
  skill: string;
  name: string;
  before: Standing;
  now: Standing;
  move: Move;
}

export type Comparison = { kind: "compared"; skills: Compared[] } | { kind: "not_compared"; why: NotCompared };

export function compare(now: ResultView, before: ResultView): Comparison {
  const why = hindrance(now, before);
  if (why !== null) return { kind: "not_compared", why };
  const skills = now.skills.flatMap((skill) => {
    const earlier = before.skills.find((one) => one.skill === skill.skill);
    if (!earlier) return [];
    const [was, is] = [earlier.standing, skill.standing];
    return [{ skill: skill.skill, name: skill.name, before: was, now: is, move: move(is, was) }];
  });
  return { kind: "compared", skills };
}

function hindrance(now: ResultView, before: ResultView): NotCompared | null {
  if (now.outcome !== "scored" || before.outcome !== "scored") return "too_little";
  if (now.judge.kind === "rules" || before.judge.kind === "rules") return "rules";
  if (before.comparable) return null;
  return now.judge.name === before.judge.name ? "rubric" : "judge";
}

export function move(now: Standing, before: Standing): Move {
  if (now.kind !== "rated" || before.kind !== "rated") return "open";
  if (now.rating === before.rating) return "same";
  if (now.low <= before.high && before.low <= now.high) return "near";
  return now.rating > before.rating ? "higher" : "lower";
}
