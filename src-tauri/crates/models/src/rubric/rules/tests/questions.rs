//! Questions, open and closed, and what is none.

use super::*;

#[test]
fn open_questions() {
    sees(
        Rule::OpenQuestions,
        &[
            "What does he look at first?",
            "So, how did it look from where you sat?",
            "What do you need from me, Dana?",
            "Who told you, Dana?",
            "At what point did it go wrong?",
            "And by when?",
            "What’s the hardest part, for you?",
            "What would help, do you think?",
            "Tell me more about Tuesday.",
            "Could you tell me what happened?",
            "那他最先看的是哪一项？",
            "您觉得该怎么办呢",
            "您的想法呢？",
            "你什么时候方便？",
            "最近怎么样？",
            "您要多少?",
            "那天的事，你跟我说说。",
        ],
    );
    passes_over(
        Rule::OpenQuestions,
        &[
            "Don't you think it's only fair?",
            "When you said that, did you mean Friday?",
            "How about Friday?",
            "What if we met on Friday?",
            "Why don't you just ask him?",
            "Is that what you want?",
            "Do you know what happened?",
            "That is what I said.",
            "Whatever, right?",
            "I told you how it is.",
            "您看是不是这样？",
            "我干了这么多，难道不该涨一点吗？",
            "你怎么能这样呢？",
            "你有什么想法吗？",
            "咱们周五谈，怎么样？",
            "我没说什么。",
            "谁都知道吧？",
            "我还在想呢",
        ],
    );
}

#[test]
fn closed_questions() {
    sees(
        Rule::ClosedQuestions,
        &[
            "Don't you think it's only fair?",
            "You want the money, right?",
            "Shall we say Friday?",
            "How about Friday?",
            "行不行？",
            "您同意吗",
            "你是不是觉得委屈？",
            "咱们周五谈，怎么样？",
        ],
    );
    passes_over(
        Rule::ClosedQuestions,
        &[
            "What does he look at?",
            "I asked him.",
            "Could you tell me what happened?",
            "那他看哪一项？",
            "我想请一天假。",
        ],
    );
}
