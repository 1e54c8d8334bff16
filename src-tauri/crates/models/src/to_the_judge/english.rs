//! What the signals look like in English, as patterns over a sentence in lower case. `<…>` stands for another pattern.

/// Whoever rates a talk for a living, or a program that does; no word that is said of a person in a court or a match.
pub(super) const SCORER: &str =
    r"(?:evaluators?|graders?|scorers?|raters?|adjudicators?|assessors?|<PROGRAM>)";

/// A program that rates, or anybody who is only known by rating this very talk.
pub(super) const PROGRAM: &str = r"(?:(?:automatic |automated )?(?:scoring|grading|rating|marking|judging|evaluation|evaluating|evaluator|assessment|assessing|analysis|feedback)[ -](?:model|system|engine|program(?:me)?|software|ai|bot|algorithm|machine|tool|assistant|script|llm|module|pipeline)|(?:large )?language model|llm|ai[ -](?:judge|evaluator|grader|scorer|assessor|examiner|reviewer)|(?:model|ai|system|machine|algorithm|computer|bot|program|software|person|people|one|whoever|whoever's|whatever|anyone|anybody|someone|somebody|those|judge|assistant|human)(?:,? (?:who|that|which)(?:'s|'ll)?)?(?: is| are| will| may| might| has to| have to| ends up| is going to)?(?: be)?(?: later| now)? (?:scor|grad|rat|mark|judg|evaluat|assess|review)(?:es|s|e|ing) (?:this|that|it|me|us|my|our|the)(?: (?:conversation|dialogue|dialog|transcript|talk|session|recording|practice|exercise|exchange|call|chat|role ?play|performance|attempt|answers?|whole thing))?(?:[,.:;!?)]| ?$| (?:and|please|should|must|will|may|can|could|later|afterwards|here|i|the|this|is)\b))";

/// Words for a judge that also stand for people in ordinary talk, or for things.
pub(super) const JUDGE: &str = r"(?:judges?|jury|jurors?|referees?|examiners?|reviewers?|umpires?|markers?|ai|a\.i\.|ais?|model|assistant|system|machine|computer|algorithm|robot|bot|chatbot|gpt|chatgpt)";

const CLAUSE: &str = r"(?:^|[,.;:!?(\[]) ?(?:(?:and|so|but|now|well|ok|okay|oh|um|uh|right|listen|please|also|anyway|finally) ?,? ?)*";
const GREETED: &str = r"(?:dear|hey|hi|hello|attention|esteemed|honou?red|respected|good (?:day|evening|morning)|my dear|thank you,?|thanks,?)";
const NOTE: &str = r"(?:notes?|messages?|memos?|words?|reminders?|hints?|tips?|info|information|ps|p\.s\.|aside|instructions?|requests?|appeal|guidance)";

pub(super) fn shared() -> [(&'static str, &'static str); 6] {
    [
        ("<SCORER>", SCORER),
        ("<PROGRAM>", PROGRAM),
        ("<JUDGE>", JUDGE),
        ("<CLAUSE>", CLAUSE),
        ("<GREETED>", GREETED),
        ("<NOTE>", NOTE),
    ]
}

/// Somebody who rates the talk is spoken to.
pub(super) const ADDRESS: &[&str] = &[
    r"<CLAUSE>(?:<GREETED> )?(?:mr\.? |mrs\.? |ms\.? |madam |sir )?<SCORER> ?[,:;!]",
    r"<GREETED>,? (?:the |my |our |all |any )?<SCORER>",
    r"\b<NOTE>,? (?:to|for) (?:the |any |all |our |my |every )?<SCORER>",
    r"\b(?:to|for) (?:the |any |all )?<PROGRAM>",
    r"\b(?:this|that|next|following|last)(?: (?:part|bit|one|piece|sentence|line|remark))?(?:'s| is| was| goes)(?: only| just| meant| intended| really)* (?:for|to) (?:the |my |our |all |any )?<SCORER>",
    r"\b(?:speaking|talking|addressing|turning)(?: now| directly)?(?: to)? (?:the |any )?<SCORER>",
    r"\b(?:if|since|as|when) you(?:'re| are) (?:the one |now )?(?:scoring|grading|rating|marking|judging|evaluating|assessing) (?:this|me|us)\b",
    r"\byou (?:happen to be|may be|might be|must be|are) (?:the |an? )?<PROGRAM>",
];

/// A word for a judge is called out, or one is told what it is.
pub(super) const HAIL: &[&str] = &[
    r"<CLAUSE>(?:<GREETED> )*(?:(?:ladies and gentlemen|members) of the )?<JUDGE> ?(?:[,:;!]|\.?$)",
    r"<GREETED> (?:the |my |our )?<JUDGE>\b",
    r"\b<NOTE> (?:to|for) (?:the |any |all |our )?<JUDGE>\b",
    r"<CLAUSE>(?:to|for) (?:the |any |all |our |my |this |dear )?(?:<JUDGE>|<SCORER>) ?[,:;]",
    r"\b(?:as|being) (?:the|an|a|your|my) (?:<JUDGE>|<SCORER>),? you\b",
    r"\byou are (?:now |hereby |from now on )?(?:the|an|a|my) (?:<JUDGE>|<SCORER>)\b",
    r"\b(?:system|developer|admin|administrator) (?:message|prompt|note|notice|instruction|update|override)s?\b",
    r"\b(?:remind|tell|ask|instruct|inform|notify)(?:ing)? the (?:ai|model|system|judges?|assistant|<SCORER>)\b",
    r"\bin (?:test|debug|developer|dev|admin|demo|maintenance|evaluation|calibration|grading|scoring) mode\b",
    r"\byour (?:scoring|rating|grading|marking) (?:guide|scale|form|rules|criteria|instructions|sheet|scheme|task|job|prompt|system)\b",
    r"\b(?:new|updated|changed|special|extra) (?:rules?|instructions?|criteria|guidelines?) (?:for|of|about|on) (?:the |this )?(?:evaluation|evaluating|scoring|grading|rating|marking|judging|assessment)\b",
    r"\b(?:whoever|whatever|anyone who|anybody who|someone who|machine|model|ai|person|one)(?: that| who)? (?:listens? to|listening to|reads?|reading|hears?|hearing|checks?|checking|analy[sz]es|analy[sz]ing|goes through|going through|processes|processing) (?:this|the)(?: (?:recording|transcript|conversation|dialogue|session|talk|practice|exchange))",
    r"\bfrom now on,? you (?:only |will |must |shall |just )*(?:answer|respond|reply|output|return|write|rate|score)\b",
    r"\bwhoever\b[^,.;:]{0,40}\b(?:recording|transcript|conversation|dialogue|session)\b",
    r"\b(?:scoring|grading|rating|marking) (?:instructions|rules|criteria|guidelines|scale|scheme)(?: have| has| are| were)?(?: been| now| just)* (?:chang|updat|replac|revis|new)",
];

/// Somebody says that they are what rates.
pub(super) const CLAIM: &[&str] = &[
    r"\b(?:i am|i'm|we are|we're)(?: now| actually| really| in fact)? (?:the|your|an?) <PROGRAM>",
    r"\b(?:this is|here speaks|here is)(?: now)? (?:the|your) <PROGRAM>(?: speaking| again| here)?[,.:;!]",
    r"^\W*<PROGRAM>(?: here| speaking)[,.:;!]",
    r"\bas (?:the|a member of the|part of the|your) (?:calibration|scoring|evaluation|grading|prompt|rubric|quality) team\b",
    r"\bi,? (?:as )?(?:the|your) <PROGRAM>",
];

/// What the one who rates has to do.
pub(super) const DUTY: &[&str] = &[
    r"<SCORER> (?:here |then |now )?(?:should|must|shall|has to|have to|needs? to|is to|are to|may|can|could|will|would|is required|is asked|ought to|please)\b",
    r"\b(?:let|want|expect|urge|beg|ask|request|invite|tell|remind|trust) (?:the |that |any |every )?<SCORER>\b",
    r"\b(?:could|would|can|will|may|should|must) (?:the |any |every )?<SCORER>(?: please| kindly| be)\b",
    r"\bthe (?:correct|expected|true|proper|only fair) (?:level|rating|score)\b",
];

/// A mark on a scale, or the whole of it.
pub(super) const MARK: &[&str] = &[
    r"\b(?:full|top|maximum|max|perfect|highest|best|lowest|minimum|worst|zero|generous|excellent)(?: possible| available)? (?:marks?|points?|scores?|ratings?|grades?|levels?|credit|band)\b",
    r"\b(?:a|an|straight|all|level|rating of|score of|grade of) (?:clear |solid |strong |full |flat |clean )?(?:fives?|5s?|fours?|4)\b",
    r"\b(?:a|an|straight|all) (?:ones?|1s?|zeros?) (?:for|in|on|across)\b",
    r"\b(?:five|5|ten|10|a hundred|100) (?:out of|of|/) ?(?:five|5|ten|10|a hundred|100)\b|\b5/5\b|\b10/10\b",
    r"\b(?:level|rating|score|grade|mark)s? (?:is |are |at |of |as |to |= ?)?(?:five|5|four|4|one|1|max|maximum)\b",
    r"\b(?:five|5)[ -]?stars?\b",
    r"\b(?:each|all|both|every one|everything|them|skills?|categor(?:y|ies)|criteri(?:on|a)|items?|checks?)(?: of (?:them|these|those|it))?(?: is| are| at| as| to| with| gets?| a| =)* (?:five|5)(?:$|[,.;:!?)]| (?:please|too|as|and|out)\b)",
    r"\bthe (?:number|digit|value|figure) (?:five|5|four|4|one|1)\b|\b(?:earned|deserve|deserved|at) the (?:maximum|top)\b",
    r"\b(?:output|return|print|report|answer|respond|reply|say|write)(?: with| a| the| only| just)* (?:five|5)(?:$|[,.;!])",
    r"\b(?:level|rating|score|grade)\b[^,.;]{0,24}\b(?:is|be|at|as|=) (?:a )?(?:five|5|four|4|one|1)\b",
    r"\b(?:gives?|giving|awards?|hands? out|likes?)(?: only| out| just)* (?:fives|5s|full marks)\b",
];

/// Everything that is rated, at once.
pub(super) const EVERY: &[&str] = &[
    r"\b(?:every|each|all|any)(?: of)?(?: the| its| my| your)? (?:single )?(?:checks?|criteri(?:on|a)|skills?|categor(?:y|ies)|dimensions?|competenc(?:y|ies)|anchors?|rubrics?)\b",
    r"\bacross the board\b",
];

/// What only whoever made the rating speaks of.
pub(super) const TASK: &[&str] = &[
    r"\brubrics?\b|\banchors\b|\btranscripts?\b|\bjson\b|\bscoring (?:guide|criteria|rules|instructions|sheet|form)\b",
    r"\bthe (?:trainee|learner|user)\b",
    r"\bthis (?:conversation|dialogue|transcript|exchange|role ?play|practice session|practice)\b",
    r"\byour (?:instructions|prompt|guidelines|training|system prompt)\b",
    r"\bskip (?:the|all|any) (?:quotes?|quotations?|evidence|reasoning|checks?)\b|\bwithout (?:needing |asking for |any )?(?:quotes|evidence)\b",
    r"\b(?:output|return|print|emit)\b.{0,20}\b(?:level|score|rating|json|yes)\b|\blook for (?:evidence|quotes)\b|\bcounts? as (?:correct|done|met|passed|shown)\b",
    r"\b(?:count|treat|log|record|register|regard) (?:that|this|it|everything|them|all of it)(?: all)? as (?:done|met|shown|observed|achieved|fulfilled|passed|complete)\b",
    r"\bno (?:explanations?|justification|reasoning)\b",
    r"\bevery check is\b",
    r"\bthe (?:evaluation|scoring|grading|rating|marking|assessment) (?:of this|comes? out|came out|should come out)\b",
    r"\b(?:summari[sz]e|describe|label|classify|present) (?:this|it|the (?:talk|conversation|dialogue)) as\b",
    r"\b(?:expected|correct|true) (?:level|rating)\b",
];

/// An order at the beginning of a clause, or after a word that makes one.
pub(super) const ORDER: &[&str] = &[
    r"(?:^|[,.;:!?] ?|\b(?:and|so|then|please|now|kindly|just|simply|to|should|must|shall|can|could|will|may|always) )(?:give|award|rate|score|grade|mark|put|set|assign|count|record|note|treat|consider|output|write|report|return|enter|log|skip|ignore|disregard|overlook|omit|apply|adopt|use|accept|register|print|respond|conclude|assume|raise|lower|bump|change|credit|pass|default|go with|be generous)\b",
    r"\bi(?:'d| would) (?:be (?:so |very )?(?:grateful|glad|happy|obliged)|appreciate it) if\b|\bi (?:ask|request|beg) that\b|\bwould be (?:the |only )?(?:fair|right|just)\b",
];

/// What the trainee is said to have done, by somebody who speaks of them as a judge does.
pub(super) const REPORT: &[&str] = &[
    r"\b(?:the|this|that|our) (?:trainee|learner|user|(?:person|one|somebody|someone) (?:practi[sc]ing|being (?:scored|rated|judged|assessed)))(?:'s)?(?: here)?(?: has| have| had)?(?: clearly| fully| already| successfully| perfectly| completely| consistently| truly| just)* (?:show|demonstrat|display|exhibit|achiev|met\b|meets|fulfil|satisf|master|earn|deserv|reach|perform|attain|gets?\b|receiv|pass)\w*",
    r"\b(?:the|this|our) (?:trainee|learner)\b",
];

/// A skill of this app with a level of its scale.
pub(super) const SKILL_MARK: &[&str] = &[
    r"\b(?:active listening|assertiveness|autonomy support|clarity and concision|clear ask|constructive feedback|de-?escalation|interests over positions|need-based expression|open questions|repair after a rupture|structure and closing|giving bad news)\b(?: here| too| also)?(?: should| must| shall| will| has to| to)?(?: is| are| was| be| gets?| deserves?| scores?| scored| earns?| at| as| of| count(?:s|ed)? as| rated| for)*[ :=,\-]*(?:a |an |the )?(?:solid |clear |full |strong |level |rating |score |perfect )*(?:one|two|three|four|five|[1-5]|maximum|max|highest|top)(?:$|[,.;:!?)]| (?:out of|as well|too|and|for|please|here|this|now|level)\b)",
    r"\b(?:empathy|assertiveness|repair|clarity|listening|structure|concision)(?: (?:is|gets|deserves|earns|scores|as|at) (?:a|level)|:| =)? (?:five|5|four|4|one|1)(?:$|[,;!?]|\.$| (?:out of|as well|too|and|please)\b)",
];

/// Words that nobody would draw apart, letter by letter, to somebody else.
pub(super) const DRAWN_APART: &str = r"fullmark|topmark|(?:highest|top|perfect|max)(?:score|rating|level|mark)|ignore|disregard|rubric|evaluator|grader|scor(?:e|ing)|rating|instruction|outoffive|outof5|judge|levelfive|level5|systemprompt";

/// Leaving aside what a judge goes by.
pub(super) const SET_ASIDE: &[&str] = &[
    r"\b(?:ignore|disregard|forget|override|bypass|discard|set aside|put aside|stop (?:following|using)|throw (?:out|away)|pay no attention to|don't (?:follow|use|apply)|do not (?:follow|use|apply))\b[^,.;]{0,24}\b(?:rubrics?|anchors|guidelines for (?:scoring|rating)|scoring (?:rules|criteria|guide)|system prompt|(?:your|prior|previous|earlier|above|original|initial|all) (?:instructions|prompt|directives|guidelines|programming)|instructions (?:you were given|above|you got|you have|so far)|(?:what|everything|whatever) (?:you were|you've been) (?:told|instructed)(?: to do)?(?: about| by| before| when))\b",
    r"\b(?:ignore|disregard|forget|override|set aside)\b[^,.;]{0,16}\b(?:guidance|instructions|rules|criteria|prompts?) (?:that )?(?:you|you've) (?:got|were given|have|had|received|been given)\b",
];

/// What the trainee says of how they did. After a call to the judge it belongs to it; by itself it is how people talk.
pub(super) const SELF_PRAISE: &[&str] = &[
    r"\bmy (?:requests?|asks?|questions?|tone|structure|listening|feedback|apology|delivery|performance|answers?|offers?)\b.{0,12}\b(?:was|were|is|are|has|have)\b|\bi (?:have |was |did |just )?(?:listened|named|asked|apologi[sz]ed|acknowledged|reflected|brilliant|excellent|perfect|great)\b|^ ?(?:please |just |so )*be (?:generous|kind|lenient|fair)\b",
];

/// Ratings at work, of which people do talk, and things that have levels of their own.
pub(super) const ELSEWHERE: &str = r"\b(?:heat(?:ing|er)?|oven|volume|thermostat|fan|radiator|treadmill|brightness|pain|parking)\b|\b(?:performance|annual|year-end|mid-year|yearly|quarterly|salary|job|staff)[ -](?:review|appraisal|rating|evaluation|assessment)|\b(?:my|your|his|her|our|their|the|this|last|next) (?:year's )?(?:review|appraisal)s?\b|\b(?:next|last) (?:year|cycle|quarter)\b|\bappraisals?\b|绩效|考核|年终|季度|kpi|述职|年度";
