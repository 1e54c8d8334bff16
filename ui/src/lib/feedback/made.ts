// Feedback made up for tests.
import type { ErrorView, LineView, ReviewTurn, ReviewView } from "../api";
import type { FeedbackView, QuoteView, RemarkView, ResultView, SkillProgress, SkillResultView, Standing } from "../api";

export const WORDS = "I would like to talk about my pay. Could we look at it in June?";

export const error = (code: string, params: Record<string, string> = {}): ErrorView => ({ code, params });

export function quote(text = "talk about my pay", changes: Partial<QuoteView> = {}): QuoteView {
  const start = Math.max(0, WORDS.indexOf(text));
  return { turn: 1, text, start, end: start + text.length, at_ms: 900, ...changes };
}

export const remark = (text: string, changes: Partial<RemarkView> = {}): RemarkView => ({
  quote: quote(),
  text,
  say_instead: null,
  ...changes,
});

export const rated = (rating: number, low = rating, high = rating): Standing => ({
  kind: "rated",
  rating,
  low,
  high,
  confidence: high - low > 1 ? "low" : high > low ? "medium" : "high",
});

export const notSeen = (): Standing => ({ kind: "not_observed", why: "no_chance" });

/** A skill that stood so from practice to practice, a day apart. */
export function overTime(standings: readonly Standing[], changes: Partial<SkillProgress> = {}): SkillProgress {
  return {
    skill: "asking-clearly",
    name: "Asking clearly",
    anchors: [],
    points: standings.map((standing, index) => ({
      session: `s${index}`,
      started_at: new Date(2026, 0, index + 1, 12).toISOString(),
      title: "Raise talk",
      standing,
    })),
    rated: standings.filter(({ kind }) => kind === "rated").length,
    usual: null,
    other_rubric: 0,
    other_judge: 0,
    ...changes,
  };
}

export function skill(changes: Partial<SkillResultView> = {}): SkillResultView {
  return {
    skill: "asking-clearly",
    name: "Asking clearly",
    description: "Says what is wanted, and by when.",
    anchors: ["No request.", "A hint.", "A request without a date.", "A request with a date.", "And what follows."],
    standing: rated(3),
    note: "The request is there, and its reason comes late.",
    checks: [
      { question: "Is there a date?", answer: "yes" },
      { question: "Is there a figure?", answer: "no" },
      { question: "Is there a reason?", answer: "unclear" },
    ],
    quotes: [quote()],
    worked: remark("It is said early."),
    change: null,
    rules: [],
    own: null,
    ...changes,
  };
}

export function result(changes: Partial<ResultView> = {}): ResultView {
  return {
    completed_at: "2026-11-29T12:00:00.000Z",
    outcome: "scored",
    judge: { kind: "model", name: "qwen-judge" },
    coverage: { turns: 1, heard: 1 },
    counts: {
      trainee_words: 62,
      partner_words: 38,
      questions: 2,
      open_questions: 1,
      longest_turn: 14,
      longest_turn_number: 1,
    },
    skills: [skill()],
    advice: [
      {
        skill: "asking-clearly",
        name: "Asking clearly",
        remark: remark("Say the figure.", { say_instead: "I would like 300 more a month from June on." }),
      },
    ],
    summary: "You asked, and stayed calm.",
    comparable: true,
    ...changes,
  };
}

export function feedback(changes: Partial<FeedbackView> = {}): FeedbackView {
  return {
    session: "s",
    status: { kind: "done" },
    result: result(),
    from_web_app: null,
    earlier: [],
    hosts: ["judge.example.org"],
    revealed: true,
    asks_first: false,
    ...changes,
  };
}

export const line = (changes: Partial<LineView> = {}): LineView => ({
  sequence: 1,
  speaker: "trainee",
  text: WORDS,
  transcript_status: "completed",
  coming: false,
  clip: "c1",
  duration_ms: 4000,
  peaks: [],
  note: null,
  ...changes,
});

export const turn = (changes: Partial<LineView> = {}): ReviewTurn => ({
  line: line(changes),
  offset_ms: 0,
  latency_ms: null,
  audio_missing: false,
});

export const review = (changes: Partial<ReviewView> = {}): ReviewView => ({
  session: "s",
  title: "Raise talk",
  partner_name: "Dana Weber",
  language: "en",
  partner: "scripted",
  exchanges: [],
  cost: null,
  created_at: "2026-11-29T11:50:00.000Z",
  status: "ended",
  end: null,
  turns: [turn({ sequence: 0, speaker: "ai", text: "You wanted to see me?", clip: null }), turn()],
  again: null,
  factor: "normal",
  parent: null,
  sync: null,
  words: null,
  ...changes,
});
