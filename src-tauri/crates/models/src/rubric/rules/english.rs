//! English forms. Whole words only: a `\b` stands around whatever could be a part of another word.

use rehearse_domain::Rule;

use super::lexicon::{Counts, Forms};

/// Words before a sentence that do not belong to it.
macro_rules! begin {
    () => {
        r"^(?:\W*(?:so|and|but|well|okay|ok|right|then|now|oh|ah|yes|yeah|no|mm|hm|look|listen|sure|fine)\b)*\W*"
    };
}

macro_rules! feelings {
    () => {
        "(?:angry|annoyed|frustrated|upset|sad|hurt|worried|anxious|afraid|scared|frightened|nervous|stressed|\
         overwhelmed|exhausted|tired|worn out|lonely|ashamed|embarrassed|guilty|disappointed|let down|relieved|proud|\
         happy|glad|hopeful|torn|betrayed|humiliated|helpless|confused|shocked|heartbroken|furious|unhappy|uneasy|\
         resentful|left out|fed up|under pressure|devastated|uncomfortable|insecure|jealous|numb|desperate)"
    };
}

macro_rules! days {
    () => {
        "(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    };
}

macro_rules! small {
    () => {
        "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    };
}

/// A time that is still to come, or a date.
macro_rules! when {
    () => {
        concat!(
            r"\b(?:today|tonight|tomorrow|noon|midnight|",
            days!(),
            r"|january|february|april|june|july|august|september|october|november|december|christmas|easter|",
            r"(?:in|on|by|from|until|before|after|early|late|mid|of) (?:march|may)|",
            r"(?:next|this|coming) (?:week|weekend|month|year|quarter|term|morning|afternoon|evening|spring|summer|autumn|fall|winter)|",
            r"(?:the )?end of (?:the |this |next )?(?:day|week|month|year|quarter|term)|",
            r"in (?:a|an|\d+|", small!(), r") (?:minutes?|hours?|days?|weeks?|months?|years?)|",
            r"\d{1,2}(?::\d{2})? ?(?:am|pm|o'clock)|(?:at|by|before|after|until|from) (?:\d{1,2}|", small!(), r")|",
            small!(), r" o'clock|\d{1,2}(?:st|nd|rd|th))\b",
        )
    };
}

/// Times that are over, which are no dates for anything.
macro_rules! past {
    () => {
        concat!(
            r"\b(?:last|since|every|each|previous|this past) (?:week|weekend|month|year|quarter|term|night|january|february|march|april|may|june|july|august|september|october|november|december|",
            days!(),
            r")\b|\byesterday\b|\b\w+ (?:minutes?|hours?|days?|weeks?|months?|years?) ago\b",
        )
    };
}

macro_rules! figure {
    () => {
        r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half|percent|dozen)\b"
    };
}

/// A form for each rule that looks at words.
pub(super) const FORMS: [Forms; 9] = [
    Forms {
        rule: Rule::TakingUp,
        not: r"\byou said (?:you would|you'd|you wouldn't|no)\b",
        counts: Counts::Sentence(concat!(
            begin!(),
            r"(?:you said|you mentioned|you told me|you mean|you're saying|you are saying|you were saying|what you're saying|what you are saying|what i hear|what i'm hearing|what i am hearing|i hear you saying|if i understand|if i understood|if i've understood|as i understand|from what you|in other words,? you|let me see if i)\b",
            r"|^(?:\W*(?:and|but|well|okay|ok|right|then)\b)*\W*so,? you(?:'re|'ve| are| were| have| had| want| need| feel| mean| think)\b",
            r"|\bsounds (?:like|as if|as though|to me like)\b",
            r"|\b(?:have|did|do) i (?:got|get|understood|understand|heard|hear) (?:that|you|it|this)(?: right| correctly)?\b",
            r"|\bis that (?:it|right|correct|what you mean|how you see it)\W*$",
        )),
    },
    Forms {
        rule: Rule::NamedFeelings,
        not: r"\byou(?:'re| are) (?:not|never|always)\b|\bif you(?:'re| are)\b",
        counts: Counts::Places(concat!(
            r"\byou(?:'re| are| were| feel| felt| seem| seemed| sound| sounded| look| looked| must be| must feel| must have been| must have felt| might be| might feel| may be| may feel| could be)(?: \w+){0,2}? ",
            feelings!(),
            r"\b|\b(?:are|were|do|did) you (?:feel(?:ing)? )?(?:\w+ )?",
            feelings!(),
            r"\b|\b(?:that|this|it|which) (?:sounds?|sounded|must be|must feel|must have been|must have felt|might be|may be)(?: \w+){0,2}? (?:hard|tough|frustrating|painful|lonely|scary|frightening|exhausting|upsetting|hurtful|stressful|overwhelming|awful|humiliating|disappointing|infuriating|unsettling|worrying|heartbreaking|",
            feelings!(),
            r")\b|\b(?:sounds?|looks?|feels?) like (?:\w+ ){0,2}?(?:guilt|grief|fear|anger|shame|loneliness|pressure|pain|relief|frustration|worry)\b",
        )),
    },
    Forms {
        rule: Rule::OwnView,
        not: r"\bi (?:just |really |still )?(?:feel|think|believe|see|hope|expect|wish|know)(?: like| that)? you(?:'re|'ve|'d)?\b|\bi see\W*$|^\W*i see\b|\bi think so\b",
        counts: Counts::Sentence(
            r"\bi(?:'d| would)?(?: really| still| also| only| just| do| don't)? (?:want|need|think|believe|feel|see|wish|hope|prefer|expect|noticed|notice|wanted|needed|felt|mind|care|like|love|worry)\b|\bi(?:'m| am)(?: really| still| also| just)? (?:asking|hoping|worried|afraid|concerned|disappointed|looking for)\b",
        ),
    },
    Forms {
        rule: Rule::Generalisations,
        not: "",
        counts: Counts::Places(
            r"\byou(?: guys| all| two)?(?:'re| are|'ve| have|'d| had)? (?:always|never|constantly|forever)\b|\byou only ever\b|\bevery single time\b|\b(?:everyone|everybody|no one|nobody)(?: else)? (?:says|thinks|knows|agrees|feels|notices|likes)\b|\bpeople (?:say|think|feel|are saying|keep saying)\b",
        ),
    },
    Forms {
        rule: Rule::Apologies,
        not: r"\bsorry (?:to hear|for your|about your|for you|for him|for her|for them)\b|\b(?:feel|felt|feeling) sorry for\b|^\W*sorry\W*\?\W*$|\bsafe than sorry\b|\byou(?:'ll| will|'d| should| must| have to| need to| ought to| never| could| might|'re going to| can)? ?(?:be sorry|say sorry|said sorry|apologi[sz]ed?)\b|\b(?:no need to|won't|will not|not going to|don't) apologi[sz]e\b|\bnot sorry\b",
        counts: Counts::Places(
            r"\b(?:sorry|i (?:do |really |want to |would like to |must )?apologi[sz]e|i apologi[sz]ed|my apologies|apologies|forgive me|pardon me|my bad)\b",
        ),
    },
    Forms {
        rule: Rule::Hedges,
        not: r"\b(?:what|this|that|these|those|some|any|a|an|the|each|every|one|which|same|other|different|new|right|wrong|many|all|two|three) (?:kinds?|sorts?) of\b|\bjust (?:now|as|like|about|then|because|before|after|yesterday|today|in time|a minute|a second|a moment|one)\b|\b(?:only|has|have|had|'ve|'s|not|it's|that's) just\b|\ba just\b",
        counts: Counts::Places(
            r"\b(?:maybe|perhaps|possibly|probably|somehow|sort of|kind of|kinda|sorta|i guess|i suppose|i was wondering|just wondering|a little bit|a bit|if that's okay|if that's all right|if it's not too much|if it's not a bad moment|might be able|just)\b",
        ),
    },
    Forms {
        rule: Rule::ConcreteRequests,
        not: past!(),
        counts: Counts::Together(&[
            r"\bi(?:'d| would)(?: really| still)? (?:like|love|appreciate|prefer)\b|\bi(?:'m| am)?(?: still| really| also)? (?:want|need|ask|asking|request|requesting|propose|suggest)\b|\b(?:can|could|would|will) you\b|\bplease\b|\b(?:can|could|may|shall) (?:i|we)\b|\blet's\b|\bwould it be possible\b",
            concat!(figure!(), "|", when!()),
        ]),
    },
    Forms {
        rule: Rule::NextSteps,
        not: past!(),
        counts: Counts::Together(&[
            r"\b(?:i|we|you|he|she|they)(?:'ll| will| shall|'re going to| are going to|'m going to| am going to| can)\b|\blet's\b|\bshall we\b|\b(?:i|we|you) (?:take|send|call|ring|talk|speak|meet|bring|write|come back|finish|start)\b|\bnext steps?\b|\bfrom now on\b|\bgoing forward\b",
            concat!(when!(), r"|\bnext steps?\b|\bfrom now on\b|\bgoing forward\b"),
        ]),
    },
    Forms {
        rule: Rule::Thanks,
        not: r"\bno,? thank(?:s| you)\b|\bthanks to\b|\bthank (?:god|goodness|heavens)\b|\bthankless\b",
        counts: Counts::Places(
            r"\bthank(?:s| you)\b|\b(?:i'm|i am|we're|we are)(?: very| so| really)? grateful\b|\bi(?: really| do| very much)? appreciate\b|\bmuch appreciated\b",
        ),
    },
];
