// Feedback as the core tells it. Stands in for the generated types until the commands are there.
import type { ErrorView, Slug } from "../api";

export type SessionId = string;
export type Timestamp = string;

/**  How far the feedback on a session is. */
export type FeedbackStatus =
  | { kind: "nothing_said" }
  | { kind: "transcribing"; done: number; of: number }
  | { kind: "judging"; done: number; of: number }
  | { kind: "waiting"; why: ErrorView; until: Timestamp | null; can_ask: boolean }
  | { kind: "failed"; why: ErrorView; attempts: number }
  | { kind: "done" };

/**  A rating from 1 to 5. */
export type Rating = number;

/**  Whether there was enough to judge. */
export type Outcome = "scored" | "insufficient_evidence";

/**  Who judged. */
export type Judge = { kind: "model"; name: string } | { kind: "rules" };

/**  How far several looks of a judge agree, and the rating with its own checks. */
export type Confidence = "low" | "medium" | "high";

/**  Why a skill has no rating. */
export type NotObserved = "no_chance" | "no_sign" | "no_quote" | "undecided" | "not_rated";

/**  How a skill stands. */
export type Standing =
  | { kind: "rated"; rating: Rating; low: Rating; high: Rating; confidence: Confidence }
  | { kind: "not_observed"; why: NotObserved };

/**  The answer to a check of a rubric. */
export type CheckAnswer = "yes" | "no" | "unclear";

/**  What rules can see in a transcript. */
export type Rule =
  | "open_questions"
  | "closed_questions"
  | "taking_up"
  | "named_feelings"
  | "own_view"
  | "generalisations"
  | "apologies"
  | "hedges"
  | "concrete_requests"
  | "next_steps"
  | "thanks";

/**  Words of the trainee with the place where they stand. */
export type QuoteView = {
  /**  Number of the turn in the session. */
  turn: number;
  /**  The words. */
  text: string;
  /**  Where they begin in the turn's text, in UTF-16 units. */
  start: number;
  /**  Where they end, exclusive, in UTF-16 units. */
  end: number;
  /**  About where they begin in the turn's sound, in milliseconds; `None` for a typed turn. */
  at_ms: number | null;
};

/**  What is said about a moment. */
export type RemarkView = {
  quote: QuoteView;
  text: string;
  say_instead: string | null;
};

/**  A check of a rubric and its answer. */
export type CheckView = {
  question: string;
  answer: CheckAnswer | null;
};

/**  What a rule counted. */
export type RuleView = {
  rule: Rule;
  count: number;
  quotes: QuoteView[];
};

/**  One skill with its rubric and how it was shown. */
export type SkillResultView = {
  skill: Slug;
  name: string;
  description: string;
  anchors: string[];
  standing: Standing;
  note: string;
  checks: CheckView[];
  quotes: QuoteView[];
  worked: RemarkView | null;
  change: RemarkView | null;
  rules: RuleView[];
  own: Rating | null;
};

/**  Something to work on. */
export type AdviceView = {
  skill: Slug;
  name: string;
  remark: RemarkView;
};

/**  What code counts in a transcript. */
export type Counts = {
  trainee_words: number;
  partner_words: number;
  questions: number;
  open_questions: number;
  longest_turn: number;
  longest_turn_number: number | null;
};

/**  How much of the trainee's part could be read. */
export type Coverage = {
  turns: number;
  heard: number;
};

/**  One result. */
export type ResultView = {
  completed_at: Timestamp | null;
  outcome: Outcome;
  judge: Judge;
  coverage: Coverage;
  counts: Counts;
  skills: SkillResultView[];
  advice: AdviceView[];
  summary: string;
  comparable: boolean;
};

/**  Feedback on a session. */
export type FeedbackView = {
  session: SessionId;
  status: FeedbackStatus;
  result: ResultView | null;
  earlier: ResultView[];
  hosts: string[];
  revealed: boolean;
};

/**  How the trainee rates themselves. */
export type OwnRating = {
  skill: Slug;
  rating: Rating;
};
