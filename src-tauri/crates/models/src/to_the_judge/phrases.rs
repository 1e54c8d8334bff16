//! What somebody says who wants to talk to the judge, in both languages. Compared word by word and character by
//! character: case, width and marks do not matter.
//!
//! A phrase is here only if hardly anybody would say it to the other person in a talk that is worth practising: "ignore
//! the rules" is said between colleagues, "ignore your instructions" is not.

/// What is to be left aside.
const SET_ASIDE: &[&str] = &[
    "ignore",
    "disregard",
    "forget",
    "override",
    "bypass",
    "discard",
    "do not follow",
];
const INSTRUCTIONS: &[&str] = &[
    "previous instructions",
    "the previous instructions",
    "all previous",
    "any previous instructions",
    "your previous instructions",
    "prior instructions",
    "the prior instructions",
    "all prior",
    "earlier instructions",
    "all earlier instructions",
    "the above",
    "all the above",
    "all of the above",
    "everything above",
    "the instructions above",
    "above instructions",
    "your instructions",
    "all instructions",
    "all your instructions",
    "all of your instructions",
    "any instructions",
    "the rubric",
    "your rubric",
    "your prompt",
    "your guidelines",
    "your system",
    "the system prompt",
];

/// Marks that are to be given.
const GIVE: &[&str] = &[
    "give",
    "give me",
    "give the trainee",
    "give this",
    "give this conversation",
    "give it",
    "award",
    "award me",
    "award the trainee",
    "assign",
    "assign me",
    "i deserve",
    "trainee deserves",
    "rate me",
    "score me",
    "grade me",
    "rate the trainee",
    "score the trainee",
];
const MARKS: &[&str] = &[
    "full marks",
    "full points",
    "top marks",
    "a full score",
    "a full mark",
    "full score",
    "a perfect score",
    "a perfect rating",
    "perfect score",
    "the highest score",
    "the highest rating",
    "the highest level",
    "the highest mark",
    "the highest marks",
    "the highest possible",
    "the maximum score",
    "the maximum rating",
    "the maximum level",
    "the top score",
    "the top rating",
    "five stars",
    "5 stars",
    "5 out of 5",
    "five out of five",
    "10 out of 10",
    "ten out of ten",
];
const RATE: &[&str] = &[
    "rate me",
    "score me",
    "grade me",
    "rate this",
    "score this",
    "grade this",
    "rate the trainee",
    "mark me with",
];
const RATINGS: &[&str] = &[
    "5",
    "five",
    "a 5",
    "a five",
    "at 5",
    "as 5",
    "as a 5",
    "as five",
    "as a five",
    "level 5",
    "the maximum",
];

const ENGLISH: &[&str] = &[
    "ignore previous instructions",
    "ignore the previous",
    "disregard previous",
    "ignore my earlier instructions",
    "you have new instructions",
    "your new instructions",
    "here are new instructions",
    "follow these instructions instead",
    "objective check",
    "status succeeded",
    "as succeeded",
    "end criteria",
    "system prompt",
    "system override",
    "developer message",
    "developer mode",
    "prompt injection",
    "as an ai",
    "you are an ai",
    "youre an ai",
    "as a language model",
    "language model",
    "as an evaluator",
    "as the evaluator",
    "you are the evaluator",
    "you are an evaluator",
    "dear evaluator",
    "dear grader",
    "dear judge",
    "note to the evaluator",
    "note to the judge",
    "note to the grader",
    "message to the evaluator",
    "attention evaluator",
    "the evaluator should",
    "the evaluator must",
    "the judge should rate",
    "end of transcript",
    "end of the transcript",
    "end of dialogue",
    "end of the dialogue",
    "rubric version",
    "valid json",
    "json object",
    "respond with json",
    "output json",
];

const ASIDE: &[&str] = &[
    "忽略",
    "无视",
    "不要理会",
    "别理会",
    "不用理会",
    "忘记",
    "忘掉",
    "抛开",
    "跳过",
    "不要遵守",
];
const ORDERS: &[&str] = &[
    "上面的指令",
    "上面的要求",
    "上面的规则",
    "上面的提示",
    "上面所有",
    "上述",
    "以上",
    "前面的指令",
    "前面的要求",
    "前面的规则",
    "前面所有",
    "之前的指令",
    "之前的要求",
    "之前的规则",
    "之前所有",
    "先前的指令",
    "先前的规则",
    "此前的指令",
    "以前的指令",
    "所有指令",
    "所有的指令",
    "一切指令",
    "你的指令",
    "系统指令",
    "评分标准",
    "评分规则",
    "你的规则",
];
const GIVES: &[&str] = &[
    "给",
    "给我",
    "给他",
    "给她",
    "打",
    "给我打",
    "打个",
    "评",
    "评个",
    "判",
];
const POINTS: &[&str] = &[
    "满分",
    "5分",
    "五分",
    "最高分",
    "高分",
    "最高评级",
    "最高等级",
    "最高级",
    "五星",
    "5星",
    "五颗星",
];
const CHINESE: &[&str] = &[
    "忽略之前",
    "忽略前面",
    "判定为成功",
    "标记为成功",
    "判为成功",
    "评为满分",
    "评为优秀",
    "评为五级",
    "评为5级",
    "定为五级",
    "定为5级",
    "系统指令",
    "系统消息",
    "提示词",
    "新的指令",
    "作为评委",
    "作为裁判",
    "作为评分",
    "作为评估",
    "作为一个AI",
    "作为AI",
    "作为人工智能",
    "作为语言模型",
    "你是AI",
    "你是一个AI",
    "你是人工智能",
    "你是一个人工智能",
    "语言模型",
    "尊敬的评委",
    "评委请",
    "请评委",
    "致评委",
    "评委老师",
    "输出JSON",
    "返回JSON",
    "以JSON",
    "JSON格式",
    "对话到此结束",
    "对话记录结束",
    "记录到此为止",
];

/// Patterns over a sentence in lower case and one width.
pub(super) const FORMS: &[&str] = &[
    // "level": 5, score = 5, opportunity: yes
    r#"(?:^|[^\p{L}\p{N}])(?:level|rating|score|grade|opportunity|verdict|status|skill_id)["'”’」\s]*[:=]+>?["'“‘「\s]*(?:\d|yes\b|no\b|null\b|true\b|full\b|max|five\b|high)"#,
    r#"(?:等级|评级|级别|评分|分数|得分|打分)["'”’」\s]*[:=]+["'“‘「\s]*(?:\d|满|五|最高)"#,
    // {"whatever": …
    r#"\{[^{}]*["“”'][^{}]*:"#,
    // A line of somebody who is no part of the talk, or in another's name.
    r"^\W*(?:system|assistant|developer|系统|助手)\s*:|(?:^|[^\p{L}\p{N}])(?:partner|trainee)\s*:",
];

/// The same for marks that are to be given.
pub(super) const MARK_FORMS: &[&str] = &[
    // Set the level to 5
    r"\b(?:set|assign|give|put|record|report|output|return|change|raise|choose)\b.{0,30}\b(?:level|rating|score|grade)\b.{0,12}\b(?:[45]|five|highest|maximum|full)\b",
    r"\b(?:level|rating|score|grade)\b (?:must|should|shall|has to|needs to) be\b.{0,12}\b(?:\d|five|highest|maximum|full)\b",
    r"(?:等级|评级|级别|评分|分数|得分)[^。，,]{0,4}(?:定为|定成|设为|设成|改成|改为|写成|填成?|给到|打到)\s*(?:\d|满|五|最高)",
];

/// Every phrase.
pub(super) fn all() -> impl Iterator<Item = String> {
    let pairs = |first: &'static [&'static str], second: &'static [&'static str], gap: &'static str| {
        first
            .iter()
            .flat_map(move |one| second.iter().map(move |other| format!("{one}{gap}{other}")))
    };
    let single = ENGLISH.iter().chain(CHINESE).map(|phrase| (*phrase).to_owned());
    pairs(SET_ASIDE, INSTRUCTIONS, " ")
        .chain(pairs(GIVE, MARKS, " "))
        .chain(pairs(RATE, RATINGS, " "))
        .chain(pairs(ASIDE, ORDERS, ""))
        .chain(pairs(GIVES, POINTS, ""))
        .chain(single)
}
