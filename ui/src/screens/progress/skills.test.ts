import { render } from "svelte/server";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { SkillProgress, Standing } from "../../lib/api";
import { DRAWN } from "../../lib/feedback/over-time";
import { notSeen, overTime, rated } from "../../lib/feedback/made";
import { learn, speak } from "../../lib/text/translate.svelte";
import Skills from "./Skills.svelte";

const html = (...skills: SkillProgress[]) => render(Skills, { props: { skills, practised: "en" } }).body;
const plain = (html: string) =>
  html
    .replace(/<!--.*?-->/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
const words = (standings: Standing[], changes: Partial<SkillProgress> = {}) =>
  plain(html(overTime(standings, changes)));
const points = (html: string) => [...html.matchAll(/<button[^>]*aria-label="([^"]*)"/g)].map((match) => match[1] ?? "");

beforeAll(async () => {
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  await learn("en");
});
afterEach(() => speak("en"));

describe("a skill over the practices", () => {
  it("is nothing where nothing was rated", () => {
    expect(html()).not.toContain("progress-skills");
  });

  it("has no direction with fewer than three results", () => {
    expect(words([rated(3)])).toContain("1 result so far: too few");
    const two = words([rated(3), notSeen(), rated(5)]);
    expect(two).toContain("2 results so far: too few to speak of a direction");
    expect(two).not.toContain("Usually");
  });

  it("is told as what was usual and what was last, without praise", () => {
    const text = words([rated(3), rated(3), rated(4)], { usual: { low: 3, high: 3 } });
    expect(text).toContain("Usually 3, last time 4.");
    const between = words([rated(3), rated(4), rated(4)], { usual: { low: 3, high: 4 } });
    expect(between).toContain("Usually 3 to 4, last time 4.");
    const since = words([rated(3), rated(3), rated(2), notSeen()], { usual: { low: 3, high: 3 } });
    expect(since).toContain("Usually 3, 2 when it was last rated.");
  });

  it("says what is not compared and what has no rating", () => {
    const text = words([rated(3), notSeen()], { other_rubric: 3, other_judge: 1 });
    expect(text).toContain("3 earlier results were given by another rubric and are not compared.");
    expect(text).toContain("1 earlier result was given by another model and is not compared.");
    expect(text).toContain("1 practice has no rating for it. That is no low rating.");
    expect(words([rated(3)])).not.toMatch(/not compared|no rating/);
  });

  it("has a button for each practice that says the range and how sure it is", () => {
    const labels = points(html(overTime([rated(3, 2, 4), notSeen(), rated(4)])));
    expect(labels).toHaveLength(3);
    expect(labels[0]).toContain("Raise talk: 3 of 5, developing (between 2 and 4), unsure. Open it");
    expect(labels[1]).toContain("Raise talk: not seen. Open it");
    expect(labels[2]).toContain("4 of 5, solid. Open it");
  });

  it("draws the last practices and says so", () => {
    const many = html(overTime(Array.from({ length: 30 }, () => rated(3))));
    expect(points(many)).toHaveLength(DRAWN);
    expect(plain(many)).toContain(`The last ${DRAWN} of 30 practices; the table has all.`);
  });

  it("can be chosen where there are several", () => {
    const [one, other] = [overTime([rated(3)]), overTime([rated(2)], { skill: "listening", name: "Listening" })];
    expect(html(one)).not.toContain("<select");
    expect(html(one, other)).toMatch(/<select[\s\S]*Listening/);
    expect(html(other, one)).toContain("progress-skill-listening");
  });
});
