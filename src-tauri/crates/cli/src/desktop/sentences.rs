//! The sentences, from the same catalogue as the window's.

use std::collections::BTreeMap;

use rehearse_core::error::ErrorView;
use rehearse_core::system_language;
use rehearse_core::view::Notice;
use rehearse_domain::Language;

const ENGLISH: &str = include_str!("../../../../../ui/messages/en.json");
const CHINESE: &str = include_str!("../../../../../ui/messages/zh-CN.json");

/// The catalogue in one language.
pub(crate) struct Sentences {
    messages: BTreeMap<String, String>,
}

impl Sentences {
    /// In the system's language, else in English.
    pub(crate) fn of_this_system() -> Self {
        Self::new(system_language().unwrap_or(Language::English))
    }

    pub(crate) fn new(language: Language) -> Self {
        let file = match language {
            Language::English => ENGLISH,
            Language::Chinese => CHINESE,
        };
        // The files are part of the program and read by a test; an unreadable one leaves bare keys.
        Self {
            messages: serde_json::from_str(file).unwrap_or_default(),
        }
    }

    /// The sentence of a key with its places filled; the key itself where there is none.
    pub(crate) fn say(&self, key: &str, params: &[(&str, &str)]) -> String {
        let sentence = self.messages.get(key).map_or(key, String::as_str);
        params.iter().fold(sentence.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{{{name}}}}}"), value)
        })
    }

    /// The word of a key, or what to say where there is none.
    pub(crate) fn word(&self, key: &str, otherwise: &str) -> String {
        self.messages
            .get(key)
            .map_or(otherwise, String::as_str)
            .to_owned()
    }

    /// The sentence with a number in it, as the language counts; one of its own for nothing.
    pub(crate) fn counted(&self, room: &str, name: &str, count: u32) -> String {
        self.counted_with(room, name, count, &[])
    }

    /// What a rule found, with words of the practised language for an example, in which most of the sentences are.
    pub(crate) fn rule(&self, name: &str, count: u32, practised: Language) -> String {
        let words = self.word(&format!("feedback.rule_words.{}.{name}", practised.tag()), "");
        self.counted_with("feedback.rule", name, count, &[("words", &words)])
    }

    fn counted_with(&self, room: &str, name: &str, count: u32, more: &[(&str, &str)]) -> String {
        let (number, key) = (count.to_string(), format!("{room}.{name}"));
        let key = match count {
            0 => format!("{room}_none.{name}"),
            1 if self.messages.contains_key(&format!("{key}_one")) => format!("{key}_one"),
            _ => format!("{key}_other"),
        };
        self.say(&key, &[&[("count", number.as_str())], more].concat())
    }

    /// What happened, what is safe, what to do next: here, where that differs from what one would do in the window.
    pub(crate) fn error(&self, error: &ErrorView) -> String {
        let known = self.messages.contains_key(&format!("error.{}.what", error.code));
        let code = if known { error.code.as_str() } else { "other" };
        let mut params: Vec<(&str, &str)> = error
            .params
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        params.push(("code", &error.code));
        // What a place would have said when nobody knows it.
        params.extend([("device", self.microphone()), ("folder", ""), ("detail", "")]);
        let own = format!("cli.next.{code}");
        let next = if self.messages.contains_key(&own) {
            own
        } else {
            format!("error.{code}.next")
        };
        [format!("error.{code}.what"), format!("error.{code}.safe"), next]
            .map(|key| self.say(&key, &params))
            .join("\n")
    }

    /// What the window says in the course of a practice.
    pub(crate) fn notice(&self, notice: &Notice, partner: &str) -> String {
        let data = serde_json::to_value(notice).unwrap_or_default();
        let field = |name: &str| {
            data.get(name)
                .and_then(|value| value.as_str())
                .unwrap_or_default()
        };
        let key = format!("notice.{}", field("kind"));
        let params = ["device", "model", "substitute"].map(|name| (name, field(name)));
        self.say(&key, &[&[("name", partner)], params.as_slice()].concat())
    }

    /// Why a change is stuck.
    pub(crate) fn reason(&self, word: &str, host: Option<&str>) -> String {
        if let Some(host) = host {
            return self.say("sync.reason.plain_http_at", &[("host", host)]);
        }
        let known = self.messages.contains_key(&format!("sync.reason.{word}"));
        self.say(
            &format!("sync.reason.{}", if known { word } else { "other" }),
            &[("reason", word)],
        )
    }

    fn microphone(&self) -> &str {
        self.messages.get("cli.the_microphone").map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_catalogues_are_there_and_fill_their_places() {
        for language in Language::ALL {
            let sentences = Sentences::new(language);
            let error = ErrorView::new("store_held")
                .with("program", "rehearse")
                .with("pid", 7);
            let text = sentences.error(&error);
            assert!(text.contains("rehearse") && text.contains('7'), "{text}");
            assert!(!text.contains("{{") && !text.contains("error."), "{text}");
        }
    }

    #[test]
    fn a_rule_gives_words_of_the_language_it_looks_in() {
        let cases = [
            (Language::English, "you always", "你总是"),
            (Language::Chinese, "你总是", "you always"),
        ];
        for (practised, there, not_there) in cases {
            for language in Language::ALL {
                let sentences = Sentences::new(language);
                for count in [0, 1, 2] {
                    let text = sentences.rule("generalisations", count, practised);
                    assert!(text.contains(there) && !text.contains(not_there), "{text}");
                    let plain = sentences.rule("open_questions", count, practised);
                    assert!(!plain.contains("{{") && !plain.contains("feedback."), "{plain}");
                }
            }
        }
    }

    #[test]
    fn no_advice_names_a_place_of_the_window_or_leaves_a_blank() {
        let places = [
            "History",
            "Home",
            "Settings",
            "catalogue",
            "Choose another",
            "end here",
            "记录”",
            "首页",
            "设置 ›",
            "就到这里",
            "去场景里",
        ];
        for language in Language::ALL {
            let sentences = Sentences::new(language);
            let codes = sentences
                .messages
                .keys()
                .filter_map(|key| key.strip_prefix("error.")?.strip_suffix(".next"));
            // A scenario that lacks something is never met here, and another folder is chosen here too.
            for code in codes.filter(|code| !["scenario_incomplete", "export_failed"].contains(code)) {
                let text = sentences.error(&ErrorView::new(code));
                for place in places {
                    assert!(!text.contains(place), "{language} {code}: {text}");
                }
            }
        }
    }

    #[test]
    fn advice_of_the_command_line_belongs_to_an_error_there_is() {
        let sentences = Sentences::new(Language::English);
        for code in sentences
            .messages
            .keys()
            .filter_map(|key| key.strip_prefix("cli.next."))
        {
            assert!(
                sentences.messages.contains_key(&format!("error.{code}.next")),
                "{code}"
            );
        }
    }

    #[test]
    fn every_notice_has_its_sentence() {
        for language in Language::ALL {
            let sentences = Sentences::new(language);
            for notice in [
                Notice::TakeTooShort,
                Notice::TakeSilent,
                Notice::MicrophoneSwitched {
                    device: "Headset".to_owned(),
                },
                Notice::StandIn {
                    model: "one".to_owned(),
                    substitute: "other".to_owned(),
                },
                Notice::PartnerSaidEverything,
                Notice::VoiceFailed,
            ] {
                let text = sentences.notice(&notice, "Dana");
                assert!(
                    !text.contains("notice.") && !text.contains("{{"),
                    "{language}: {text}"
                );
            }
        }
    }

    #[test]
    fn what_the_window_shows_too_is_called_the_same_in_chinese() {
        let sentences = Sentences::new(Language::Chinese);
        for (here, window) in [
            ("cli.models.head.host", "model.host"),
            ("cli.models.head.model", "model.name"),
            ("cli.models.head.address", "model.address"),
            ("cli.models.head.key", "model.key"),
            ("cli.models.role.partner", "model.role.partner"),
            ("cli.models.role.speaker", "model.role.speaker"),
            ("cli.models.unknown", "model.outcome.unknown"),
            ("cli.exchanges.host", "exchanges.host"),
            ("cli.exchanges.purpose", "exchanges.purpose"),
            ("cli.head.end", "history.outcome"),
            ("cli.feedback.by_rules", "feedback.rules"),
        ] {
            let word = sentences.say(window, &[]);
            assert!(sentences.say(here, &[]).starts_with(&word), "{here}: {word}");
        }
    }

    #[test]
    fn an_unknown_error_still_says_its_code() {
        assert!(
            Sentences::new(Language::English)
                .error(&ErrorView::new("odd"))
                .contains("odd")
        );
    }

    #[test]
    fn every_sentence_of_the_command_line_is_in_both_catalogues() {
        let sources = [
            include_str!("author.rs"),
            include_str!("delivery.rs"),
            include_str!("feedback.rs"),
            include_str!("jobs.rs"),
            include_str!("login.rs"),
            include_str!("models.rs"),
            include_str!("practise.rs"),
            include_str!("print.rs"),
            include_str!("progress.rs"),
            include_str!("run.rs"),
            include_str!("scenario.rs"),
            include_str!("sessions.rs"),
            include_str!("sync.rs"),
            include_str!("sync_changes.rs"),
            include_str!("recover.rs"),
            include_str!("remote.rs"),
            include_str!("terminal.rs"),
            include_str!("transcribe.rs"),
        ];
        for language in Language::ALL {
            let sentences = Sentences::new(language);
            for source in sources {
                for key in source.split('"').filter(|text| {
                    [
                        "brief.",
                        "cli.",
                        "delivery.",
                        "history.",
                        "progress.",
                        "recovery.",
                        "sync.",
                    ]
                    .iter()
                    .any(|room| text.starts_with(room))
                }) {
                    assert!(
                        sentences.messages.contains_key(key),
                        "{language}: {key} is missing"
                    );
                }
            }
        }
    }
}
