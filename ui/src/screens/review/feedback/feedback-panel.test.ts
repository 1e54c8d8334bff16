import { render } from "svelte/server";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Asked } from "../../../lib/asked.svelte";
import { error, feedback, quote, rated, result, review, skill, turn } from "../../../lib/feedback/made";
import type { FeedbackStatus, FeedbackView, QuoteView, ResultView } from "../../../lib/api";
import { learn, speak } from "../../../lib/text/translate.svelte";
import Words from "../Words.svelte";
import { Moments } from "./moments.svelte";
import Panel from "./Panel.svelte";

const heard: [number, number][] = [];
const playback = { hear: (index: number, at: number) => void heard.push([index, at]) };
const view = review();
const moments = new Moments(playback, () => view.turns);

function shown(changes: Partial<FeedbackView>, of = view, corrected: string | null = null): string {
  const asked = new Asked<FeedbackView>(() => new Promise(() => undefined));
  asked.value = feedback(changes);
  return render(Panel, { props: { asked, view: of, moments, corrected } }).body;
}
const status = (status: FeedbackStatus, result: ResultView | null = null) => shown({ status, result });
const plain = (html: string) =>
  html
    .replace(/<!--.*?-->/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

beforeAll(async () => {
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  await learn("en");
});
afterEach(() => speak("en"));

describe("the status line", () => {
  it("says how far it is", () => {
    expect(plain(status({ kind: "transcribing", done: 3, of: 5 }))).toContain("Waiting for transcripts: 3 of 5");
    expect(plain(status({ kind: "judging", done: 4, of: 15 }))).toContain("Judging: 4 of 15");
    expect(plain(status({ kind: "nothing_said" }))).toContain("nothing to give feedback on");
  });

  it("says why it waits, offers to ask, names who would read it, and leads to the settings", () => {
    const offline = status({ kind: "waiting", why: error("feedback_judge_away"), until: null, can_ask: true });
    for (const text of [
      "does not answer at the moment",
      "are saved",
      "Ask now",
      "What you said goes to judge.example.org.",
    ])
      expect(plain(offline)).toContain(text);
    expect(offline).not.toContain("feedback-to-settings");
    const nobody = status({ kind: "waiting", why: error("feedback_no_judge"), until: null, can_ask: false });
    expect(plain(nobody)).toContain("no model was chosen to judge");
    expect(plain(nobody)).toContain("Open Settings › Partner &amp; judge");
    expect(nobody).not.toContain("feedback-ask");
  });

  it("offers to ask a host without encryption, which is then agreed to first", () => {
    const why = error("model_plain_http", { host: "10.0.0.7" });
    const body = status({ kind: "waiting", why, until: null, can_ask: false });
    expect(plain(body)).toContain("Ask now");
    expect(plain(body)).toContain("10.0.0.7");
  });

  it("says why it failed, and that it can be tried again", () => {
    const failed = plain(status({ kind: "failed", why: error("feedback_judge_malformed"), attempts: 6 }));
    for (const text of ["answers that cannot be used", "Tried 6 times.", "Try again"]) expect(failed).toContain(text);
    const once = status({ kind: "failed", why: error("feedback_transcriber_refused"), attempts: 1 });
    expect(plain(once)).toContain("Tried once.");
    expect(once).not.toContain("{{");
    expect(once).not.toContain("below the turn");
  });

  it("stands beside the result that there is", () => {
    const both = shown({ status: { kind: "judging", done: 1, of: 9 } });
    expect(both).toContain('data-testid="feedback-result"');
    expect(both).not.toContain('data-testid="feedback-again"');
    expect(plain(both)).toContain("The result so far.");
    expect(shown({})).not.toContain('data-testid="so-far"');
    const counted = result({ judge: { kind: "rules" }, completed_at: null });
    expect(shown({ status: { kind: "judging", done: 1, of: 9 }, result: counted })).not.toContain("so-far");
  });
});

describe("rating oneself first", () => {
  it("hides the result, and has a choice of five with their words for each skill", () => {
    const body = shown({ revealed: false, asks_first: true });
    expect(body.match(/type="radio"/g)).toHaveLength(5);
    expect(body).toMatch(/<fieldset[^>]*data-testid="own-asking-clearly"/);
    expect(plain(body)).toContain("3 · developing A request without a date.");
    expect(plain(body)).toMatch(/Show the feedback\s+Skip/);
    expect(body).not.toContain('data-testid="feedback-result"');
  });

  it("is left out where nothing was rated", () => {
    const little = { completed_at: "x", outcome: "insufficient_evidence" as const, judge: { kind: "rules" as const } };
    const body = shown({ revealed: false, result: result({ ...little, skills: [], advice: [], summary: "" }) });
    expect(body).not.toContain("self-rating");
    expect(plain(body)).toContain("two turns and about 60 words");
  });
});

describe("a result", () => {
  it("has a moment, what there is to say and a sentence to try for each piece of advice, three at most", () => {
    const one = result().advice;
    const body = shown({ result: result({ advice: [...one, ...one, ...one, ...one] }) });
    expect(body.match(/data-testid="advice-\d"/g)).toHaveLength(3);
    expect(body).toContain("Hear it: turn 2, “talk about my pay”");
    expect(plain(body)).toContain("I would like 300 more a month from June on.");
  });

  it("offers no sound for what was typed", () => {
    const skills = [skill({ quotes: [quote("my pay", { at_ms: null })], worked: null })];
    const body = shown({ result: result({ advice: [], skills }) });
    expect(body).not.toContain('data-testid="quote-hear"');
    expect(body).toContain("Show in turn 2: “my pay”");
  });

  it("says a rating with number, word, range, confidence and one's own beside it", () => {
    const text = plain(shown({ result: result({ skills: [skill({ standing: rated(3, 2, 4), own: 4 })] }) }));
    for (const part of ["3 of 5 developing", "Between 2 and 4", "Unsure", "You gave yourself 4: solid"])
      expect(text).toContain(part);
  });

  it("marks the level that was reached, and answers the checks in words", () => {
    const body = shown({});
    expect(body).toMatch(/<li[^>]*aria-current="true"[^>]*>(?:(?!<\/li>).)*A request without a date\./s);
    for (const answer of ["yes", "no", "unclear"]) expect(body).toContain(`data-testid="check-${answer}"`);
    expect(plain(body)).toMatch(/Is there a figure\?\s+No\b/);
  });

  it("gives what was not seen no number", () => {
    const skills = [skill({ standing: { kind: "not_observed", why: "no_chance" } })];
    const body = shown({ result: result({ skills }) });
    const standing = /data-testid="standing"[^>]*>.*?<\/p>/s.exec(body)?.[0] ?? "";
    expect(plain(standing)).toContain("not seen");
    expect(plain(standing)).not.toMatch(/\d/);
    expect(plain(body)).toContain("the talk gave no occasion for it");
  });

  it("tells of turns that were not heard, and only then", () => {
    expect(plain(shown({ result: result({ coverage: { turns: 7, heard: 5 } }) }))).toContain(
      "2 of 7 turns could not be heard",
    );
    expect(shown({})).not.toContain('data-testid="coverage"');
  });

  it("counts words for each, and the longest turn that can be heard", () => {
    const text = plain(shown({}));
    for (const part of ["You: 62 words, 62%", "Dana: 38 words, 38%", "2, of them 1 open", "Turn 2, 14 words"])
      expect(text).toContain(part);
    expect(shown({})).toContain('data-testid="longest-hear"');
  });

  it("labels what rules counted, and rates nothing by them", () => {
    const rules = [
      { rule: "open_questions" as const, count: 1, quotes: [quote("look at it")] },
      { rule: "thanks" as const, count: 0, quotes: [] },
    ];
    const skills = [skill({ standing: { kind: "not_observed", why: "not_rated" }, rules })];
    const counted = result({ judge: { kind: "rules" }, completed_at: null, skills, advice: [], summary: "" });
    const body = shown({ result: counted, revealed: false });
    for (const part of [
      "Counted by rules, not judged",
      "You asked 1 open question.",
      "There was nothing like “thank you”.",
    ])
      expect(plain(body)).toContain(part);
    expect(body).not.toContain('data-testid="standing"');
    expect(body).not.toContain('data-testid="self-rating"');
  });

  it("stands beside earlier ones where they can be compared, and says why not elsewhere", () => {
    const earlier = [
      result({ skills: [skill({ standing: rated(1) })] }),
      result({ comparable: false, judge: { kind: "model", name: "other-judge" } }),
    ];
    const text = plain(shown({ earlier }));
    for (const part of ["2 earlier results", "1 of 5 3 of 5 Higher", "other-judge", "another model judged"])
      expect(text).toContain(part);
  });

  it("says who made it and what it is not for", () => {
    expect(plain(shown({}))).toMatch(/Practice feedback by qwen-judge \(.*not made for judging people/);
  });

  it("is told in Chinese too", async () => {
    await speak("zh-CN");
    const text = plain(shown({ result: result({ coverage: { turns: 7, heard: 5 } }), earlier: [result()] }));
    for (const part of ["7 轮里有 2 轮听不到", "3 / 5 在成形", "之前的 1 次结果", "由 qwen-judge 给出"])
      expect(text).toContain(part);
  });
});

describe("words that changed since", () => {
  it("are said to have, whether they were corrected here or before", () => {
    expect(shown({})).not.toContain('data-testid="words-changed"');
    expect(shown({}, view, result().completed_at)).toContain('data-testid="words-changed"');
    const turns = [turn({ text: "I want to speak of my pay." })];
    expect(shown({}, review({ turns }))).toContain('data-testid="words-changed"');
  });

  it("are not said to have once they were judged again", () => {
    const again = result({ completed_at: "2026-11-29T13:00:00.000Z" });
    expect(shown({ result: again }, view, result().completed_at)).not.toContain('data-testid="words-changed"');
  });
});

describe("a result of other words than there are", () => {
  const other = skill({ standing: { kind: "not_observed", why: "other_words" }, quotes: [], worked: null });

  it("says how many ratings are not shown, and that another one can be asked for", () => {
    const body = shown({ result: result({ skills: [other, skill({ skill: "listening" })], advice: [] }) });
    for (const part of [
      "based on an earlier or different transcript",
      "1 rating cannot be checked",
      "this result stays",
      "Ask again",
    ])
      expect(plain(body)).toContain(part);
    expect(body.match(/data-testid="feedback-again"/g)).toHaveLength(1);
    expect(plain(body)).toContain("Not shown: the rating is based on an earlier or different transcript");
    expect(shown({})).not.toContain('data-testid="other-words"');
  });

  it("is hidden like any other before one's own rating", () => {
    expect(shown({ revealed: false, asks_first: true, result: result({ skills: [other] }) })).not.toContain(
      "other-words",
    );
  });

  it("is told in Chinese too", async () => {
    await speak("zh-CN");
    expect(plain(shown({ result: result({ skills: [other], advice: [] }) }))).toContain("有 1 项打分核对不了");
  });
});

describe("a result whose words have not come", () => {
  it("is not shown, and says what it waits for", () => {
    const why = error("feedback_words_missing");
    const body = status({ kind: "waiting", why, until: null, can_ask: false });
    expect(plain(body)).toContain("the words of this practice have not arrived yet");
    expect(plain(body)).toContain("shown once it can be checked");
    expect(body).not.toContain("feedback-ask");
    expect(body).not.toContain("feedback-result");
  });
});

describe("a quote", () => {
  it("is heard in its turn, marked, and looked for only when that is wanted", () => {
    const one: QuoteView = quote();
    expect(moments.audible(one)).toBe(true);
    moments.hear(one);
    expect(heard).toEqual([[1, 900]]);
    expect([moments.chosen, moments.sought]).toEqual([one, null]);
    moments.show(one);
    const first = moments.sought;
    moments.show(one);
    expect(moments.sought).toEqual(one);
    expect(moments.sought, "another wish").not.toBe(first);
  });

  it("cannot be heard where the turn cannot", () => {
    expect(moments.audible(quote("You wanted", { turn: 0 }))).toBe(false);
    expect(moments.audible(quote("x", { turn: 9 }))).toBe(false);
  });

  it("is marked in the words", () => {
    const body = render(Words, {
      props: { text: "One two", language: "en", quote: quote("two", { start: 4, end: 7 }) },
    });
    expect(body.body).toMatch(/One <!--.*?--><mark[^>]*>two<\/mark>/s);
  });
});

describe("a result of the earlier web app", () => {
  const from_web_app = {
    completed_at: null,
    model: "qwen",
    ratings: [
      { name: "Listening", rating: 4, note: "You let her finish." },
      { name: "Asking", rating: null, note: "" },
    ],
    summary: "Well done.",
  };
  const counted = result({ judge: { kind: "rules" }, completed_at: null, skills: [], advice: [], summary: "" });

  it("is shown with its ratings and notes, and with the label that nothing of it was checked", () => {
    const text = plain(shown({ from_web_app, result: counted }));
    for (const said of [
      "From the earlier web app, quotes not checked.",
      "By qwen.",
      "Well done.",
      "Listening 4 of 5 solid You let her finish.",
      "Asking not rated",
    ])
      expect(text).toContain(said);
    expect(plain(shown({}))).not.toContain("web app");
  });

  it("is labelled in Chinese too", async () => {
    await speak("zh-CN");
    expect(plain(shown({ from_web_app, result: counted }))).toContain("来自以前的网页版，引用的话没有核对过。");
  });
});

describe("what rules counted", () => {
  const told = (practised: "en" | "zh-CN") => {
    const rules = (["generalisations", "hedges"] as const).map((rule, count) => ({ rule, count, quotes: [] }));
    const found = result({ judge: { kind: "rules" }, skills: [skill({ rules })] });
    return plain(shown({ status: { kind: "done" }, result: found }, review({ language: practised })));
  };

  it("gives words of the language that was practised, whatever that of the window", async () => {
    expect(told("en")).toContain("There was nothing like “you always” or “you never”.");
    expect(told("zh-CN")).toContain("There was nothing like “你总是” or “你从来不”.");
    await speak("zh-CN");
    expect(told("en")).toContain("你有 1 次用了“maybe”“just”之类放软语气的词。");
    expect(told("zh-CN")).toContain("你有 1 次用了“可能”“稍微”之类放软语气的词。");
  });
});
