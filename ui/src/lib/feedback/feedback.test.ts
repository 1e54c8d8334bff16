import { describe, expect, it } from "vitest";
import en from "../../../messages/en.json";
import zh from "../../../messages/zh-CN.json";
import { compare, move } from "./comparison";
import { talkShares, unheard } from "./counts";
import { quotesOf, stands, withQuote, wordsChanged } from "./highlight";
import { error, line, quote, rated, remark, result, skill, WORDS } from "./made";
import { counted, ruleKey, wordsKey } from "./rules";
import { bandKey, changeBeside, levelOf, range } from "./standing";
import { announcedKey, askOf, isNews, lineOf, settingsFor, shareOf, toAgreeTo, whyOf } from "./status";
import type { FeedbackStatus, ResultView, Rule, Standing } from "../api";

const unseen: Standing = { kind: "not_observed", why: "no_chance" };

describe("how far the feedback is", () => {
  it("is one sentence, with how many of how many once that is known", () => {
    expect(lineOf({ kind: "transcribing", done: 3, of: 5 })).toEqual({
      key: "feedback.status.transcribing",
      places: { done: 3, of: 5 },
    });
    expect(lineOf({ kind: "judging", done: 0, of: 0 })).toEqual({ key: "feedback.status.judging_begins" });
    expect(lineOf({ kind: "judging", done: 7, of: 6 })?.places).toEqual({ done: 6, of: 6 });
    expect(lineOf({ kind: "nothing_said" })?.key).toBe("feedback.status.nothing_said");
    expect(lineOf({ kind: "done" })).toBeNull();
  });

  it("has a share to draw only while something runs", () => {
    expect(shareOf({ kind: "judging", done: 3, of: 12 })).toBe(0.25);
    expect(shareOf({ kind: "judging", done: 0, of: 0 })).toBe(0);
    expect(shareOf({ kind: "done" })).toBeNull();
  });

  const waiting = (code: string, can_ask = true): FeedbackStatus => ({
    kind: "waiting",
    why: error(code),
    until: null,
    can_ask,
  });
  const failed: FeedbackStatus = { kind: "failed", why: error("feedback_judge_malformed"), attempts: 6 };

  it("offers to ask where that would begin at once, and again where it was given up", () => {
    expect(askOf(waiting("feedback_judge_away"))).toBe("feedback.ask_now");
    expect(askOf(waiting("feedback_no_judge", false))).toBeNull();
    expect(askOf(failed)).toBe("common.try_again");
    expect(askOf({ kind: "done" })).toBeNull();
    const plain = error("model_plain_http", { host: "10.0.0.7" });
    const unagreed: FeedbackStatus = { kind: "waiting", why: plain, until: null, can_ask: false };
    expect([askOf(unagreed), toAgreeTo(unagreed)]).toEqual(["feedback.ask_now", "10.0.0.7"]);
    expect(toAgreeTo(failed)).toBeNull();
    expect([whyOf(failed)?.code, whyOf({ kind: "done" })]).toEqual(["feedback_judge_malformed", null]);
  });

  it("leads to the settings where somebody has to choose, pay or go online, and nowhere where waiting helps", () => {
    const sections = [
      "feedback_no_judge",
      "feedback_no_transcriber",
      "feedback_judge_key",
      "feedback_budget",
      "model_plain_http",
    ];
    expect(sections.map((code) => settingsFor(error(code)))).toEqual(sections.map(() => "partner"));
    expect(settingsFor(error("feedback_offline"))).toBe("sync");
    expect(settingsFor(error("feedback_judge_away"))).toBeNull();
    expect(settingsFor(error("feedback_transcriber_away"))).toBeNull();
  });

  it("is said aloud when its kind changes, not for a number and not for what was so before", () => {
    expect(isNews(null, "judging")).toBe(false);
    expect(isNews("judging", "judging")).toBe(false);
    expect(isNews("judging", "done")).toBe(true);
    expect([announcedKey("done"), announcedKey("failed")]).toEqual(["feedback.announced.done", null]);
  });
});

describe("a rating", () => {
  it("has a word for each of its levels, and none beyond them", () => {
    expect([1, 2, 3, 4, 5].map(bandKey)).toEqual([
      "feedback.band.starting",
      "feedback.band.emerging",
      "feedback.band.developing",
      "feedback.band.solid",
      "feedback.band.strong",
    ]);
    expect([bandKey(0), bandKey(9)]).toEqual(["feedback.band.starting", "feedback.band.strong"]);
  });

  it("shows a range only where the looks lie apart", () => {
    expect(range(rated(3))).toBeNull();
    expect(range(rated(3, 2, 4))).toEqual({ low: 2, high: 4 });
    expect(range(unseen)).toBeNull();
  });

  it("is drawn up to its level, and what only some looks gave otherwise", () => {
    expect([1, 2, 3, 4, 5].map((level) => levelOf(rated(3, 2, 4), level))).toEqual([
      "reached",
      "reached",
      "reached",
      "within",
      "open",
    ]);
    expect(levelOf(unseen, 1)).toBe("open");
  });

  it("does not say twice what to change", () => {
    const change = remark("Say the figure.");
    expect(changeBeside(skill({ change }), result())).toBeNull();
    expect(changeBeside(skill({ change }), result({ advice: [] }))).toBe(change);
    expect(changeBeside(skill(), result())).toBeNull();
  });
});

describe("a quote in the words of its turn", () => {
  it("splits them around it, counted in UTF-16 units", () => {
    expect(withQuote("One two three", quote("two", { start: 4, end: 7 }))).toEqual([
      { text: "One ", hit: false },
      { text: "two", hit: true },
      { text: " three", hit: false },
    ]);
    // A sign outside the basic plane takes two units.
    expect(withQuote("👍我想谈谈", quote("我想谈谈", { start: 2, end: 6 })).map(({ text }) => text)).toEqual([
      "👍",
      "我想谈谈",
    ]);
    expect(withQuote("all of it", quote("all of it", { start: 0, end: 9 }))).toEqual([
      { text: "all of it", hit: true },
    ]);
  });

  it("marks nothing where the words have changed, or are none", () => {
    const parts = (text: string) => withQuote(text, quote("two", { start: 4, end: 7 }));
    expect(parts("One too three")).toEqual([{ text: "One too three", hit: false }]);
    expect(parts("One")).toEqual([{ text: "One", hit: false }]);
    expect(withQuote("One", null)).toEqual([{ text: "One", hit: false }]);
    expect(stands("One", quote("", { start: 1, end: 1 }))).toBe(false);
  });
});

describe("the words a result was made from", () => {
  it("are still those while every quote is in its place", () => {
    expect(wordsChanged(result(), [line()])).toBe(false);
    expect(wordsChanged(result(), [line({ text: WORDS.replace("my pay", "money") })])).toBe(true);
  });

  it("are others when turns have words that had none", () => {
    const more = [line(), line({ sequence: 3, text: "And a date." })];
    expect(wordsChanged(result({ coverage: { turns: 2, heard: 1 } }), more)).toBe(true);
    expect(wordsChanged(result({ coverage: { turns: 2, heard: 2 } }), more)).toBe(false);
    expect(wordsChanged(result(), [line(), line({ sequence: 2, speaker: "ai", text: "No." })])).toBe(false);
  });

  it("are never others for what is counted at this moment", () => {
    expect(wordsChanged(result({ completed_at: null }), [line({ text: "Something else." })])).toBe(false);
  });

  it("are looked up for quotes of every kind", () => {
    const all = result({
      skills: [skill({ change: remark("x"), rules: [{ rule: "thanks", count: 1, quotes: [quote()] }] })],
    });
    expect(quotesOf(all)).toHaveLength(5);
  });
});

describe("what rules counted", () => {
  it("stands there once, with all the skills it says something about", () => {
    const thanks = { rule: "thanks" as const, count: 2, quotes: [] };
    const open = { rule: "open_questions" as const, count: 0, quotes: [] };
    const rules = counted([
      { name: "Warmth", rules: [thanks] },
      { name: "Asking", rules: [open, thanks] },
    ]);
    expect(rules.map(({ rule, skills }) => [rule, skills])).toEqual([
      ["thanks", ["Warmth", "Asking"]],
      ["open_questions", ["Asking"]],
    ]);
  });

  it("is said with words where it is none, and by the plural otherwise", () => {
    expect(ruleKey("thanks", 0)).toBe("feedback.rule_none.thanks");
    expect([ruleKey("thanks", 1), ruleKey("thanks", 4)]).toEqual(["feedback.rule.thanks", "feedback.rule.thanks"]);
  });

  it("quotes no words of its own language: the rule looked for those of the language that was practised", () => {
    for (const catalogue of [en, zh]) {
      const sentences = Object.entries(catalogue).filter(([key]) => /^feedback\.rule(_none)?\./.test(key));
      expect(sentences.length).toBeGreaterThan(20);
      for (const [key, sentence] of sentences) {
        expect(sentence, key).not.toContain("“");
        const rule = key.replace(/^feedback\.rule(_none)?\.|_(one|other)$/g, "") as Rule;
        if (sentence.includes("{{words}}"))
          for (const practised of ["en", "zh-CN"] as const)
            expect(catalogue, key).toHaveProperty([wordsKey(rule, practised) ?? "nothing"]);
      }
    }
  });
});

describe("what code counted", () => {
  const counts = result().counts;

  it("shares the words out to a whole", () => {
    expect(talkShares(counts)).toEqual({ trainee: 62, partner: 38 });
    expect(talkShares({ ...counts, trainee_words: 1, partner_words: 2 })).toEqual({ trainee: 33, partner: 67 });
    expect(talkShares({ ...counts, trainee_words: 0, partner_words: 0 })).toBeNull();
  });

  it("knows how many turns were not heard", () => {
    expect([unheard({ turns: 7, heard: 5 }), unheard({ turns: 7, heard: 7 })]).toEqual([2, 0]);
  });
});

describe("two results", () => {
  const before = (changes: Partial<ResultView> = {}) => result({ comparable: true, ...changes });

  it("are compared skill by skill", () => {
    const now = result({ skills: [skill({ standing: rated(4) }), skill({ skill: "warmth", name: "Warmth" })] });
    expect(compare(now, before())).toEqual({
      kind: "compared",
      skills: [{ skill: "asking-clearly", name: "Asking clearly", before: rated(3), now: rated(4), move: "higher" }],
    });
  });

  it("are not where another judge, another rubric or rules stand behind one of them, or too little was said", () => {
    const why = (changes: Partial<ResultView>) => {
      const found = compare(result(), before(changes));
      return found.kind === "not_compared" ? found.why : found.kind;
    };
    expect(why({ comparable: false, judge: { kind: "model", name: "other" } })).toBe("judge");
    expect(why({ comparable: false })).toBe("rubric");
    expect(why({ judge: { kind: "rules" } })).toBe("rules");
    expect(why({ judge: { kind: "rules" }, outcome: "insufficient_evidence" })).toBe("too_little");
  });

  it("differ only where the looks leave no room for the same rating", () => {
    expect(move(rated(4), rated(3))).toBe("higher");
    expect(move(rated(2), rated(3))).toBe("lower");
    expect(move(rated(3), rated(3, 2, 4))).toBe("same");
    expect(move(rated(4, 3, 4), rated(3))).toBe("near");
    expect(move(rated(4), unseen)).toBe("open");
  });
});
