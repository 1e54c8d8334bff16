//! The scripts: how an answer is made to go right or wrong, each with the name by which a header or a model asks for
//! it.

use super::role::Role;

/// How a request is answered. The names are those of [`Script::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Script {
    /// As documented: text and sound in twenty chunks, usage, `[DONE]`.
    Happy,
    /// The words come in `delta.audio.transcript` and not in `delta.content`.
    TranscriptInAudio,
    /// The sound begins with a 44-byte WAV header.
    RiffFirst,
    /// No delta of sound but the last holds a whole number of samples.
    OddBytes,
    /// Writes end in the middle of characters.
    SplitUtf8,
    /// Lines end with CR LF.
    Crlf,
    /// The stream ends without `[DONE]`.
    NoDone,
    /// No usage, whether it was asked for or not.
    NoUsage,
    /// One byte a write, and half a second of sound only, as that is many writes already.
    OneByteWrites,
    /// Thirty seconds of sound in one line of about two megabytes.
    HugeLine,
    /// 25 s before the first byte.
    SlowFirst,
    /// 12 s before the status, and 12 s more before the first byte behind it.
    SlowTwice,
    /// 20 s of silence after five chunks of sound; then it goes on to the end.
    StallMid,
    /// The connection is reset after five chunks of sound.
    DropMid,
    /// Thirty seconds of sound within one second.
    FastAudio,
    /// Three deltas, then an error inside the stream that began with 200, and no `[DONE]`.
    ErrStream200,
    /// 401 that quotes the key it was shown.
    Err401Quoted,
    /// Three deltas, then an error inside the stream that quotes the key; 401 where there is no stream.
    ErrStreamQuoted,
    /// 400 whose body begins with `data: `.
    Err400DataPrefix,
    /// 400 `Arrearage`.
    ErrArrearage,
    /// 401 in the dialect of the route.
    Err401,
    /// 403 in the dialect of the route.
    Err403,
    /// 404 for the model, in the dialect of the route.
    Err404,
    /// 401 in the native dialect of DashScope, whatever the route.
    ErrNative,
    /// Twice 429 `limit_requests`, then as [`Script::Happy`].
    TooManyThenOk,
    /// Once 429 `insufficient_quota`, then as [`Script::Happy`].
    QuotaThenOk,
    /// 429 for a bill that is not paid, for ever.
    Billing,
    /// Once 503 `ModelUnavailable`, then as [`Script::Happy`].
    UnavailableThenOk,
    /// Once 429 with `Retry-After: 1`, then as [`Script::Happy`].
    RetryAfter,
    /// The same with a date two to three seconds ahead in place of the seconds.
    RetryAfterDate,
    /// 400 as long as the request has a `seed`.
    RefusesSeed,
    /// 400 as long as the request has a switch for thinking, whichever.
    RefusesThinking,
    /// 400 as long as the request has `stream_options`.
    RefusesStreamOptions,
    /// Refuses every sound, as llama.cpp without a projector does.
    Deaf,
    /// The tokens of a sound are counted among those of the text, as llama.cpp does.
    SoundUncounted,
    /// Answers of DashScope's own interface come packed once more, as some workspace hosts do it.
    Wrapped,
    /// A voice of DashScope's own interface comes as an address only, though events were asked for.
    UrlOnly,
    /// Half the words and half the sound, `finish_reason` `length`.
    Length,
    /// Level 3 with a quote that the trainee said.
    EvalOk,
    /// The same between prose and a fence.
    EvalFenced,
    /// Its JSON is cut off.
    EvalBadJson,
    /// Without `skill_id`.
    EvalMissingSkill,
    /// Level 9.
    EvalOutOfRange,
    /// A quote that nobody said.
    EvalFakeQuote,
    /// Levels 2, 4 and 3 in turn, for each skill and transcript.
    EvalFlaky,
    /// Level 5 and no evidence, because the transcript told it to.
    EvalInjected,
    /// `continue`.
    ObjContinue,
    /// `succeeded`, with the trainee's last line as the quote.
    ObjSuccess,
    /// `failed`, with the trainee's last line as the quote.
    ObjFail,
    /// `continue` until the transcript holds so many turns of the trainee, then `succeeded`.
    ObjSuccessAt(u32),
    /// `continue` until the transcript holds so many turns of the trainee, then `failed`.
    ObjFailAt(u32),
    /// `continue`, after 10 s.
    ObjSlow,
    /// Words where a structure was asked for.
    ObjGarbage,
    /// What [`hears`](super::FakeModels::hears) says, else a sentence in the language asked for.
    AsrOk,
    /// An empty transcript.
    AsrEmpty,
    /// As [`Script::AsrOk`], after 6 s.
    AsrLate,
    /// A sentence in the other language.
    AsrWrongLang,
    /// 400 `The audio is empty`, as for a very short clip.
    AsrTooShort,
    /// 400 as long as the request has a system message.
    AsrRefusesContext,
}

const NAMES: [(Script, &str); 57] = [
    (Script::Happy, "happy"),
    (Script::TranscriptInAudio, "transcript_in_audio"),
    (Script::RiffFirst, "riff_first"),
    (Script::OddBytes, "odd_bytes"),
    (Script::SplitUtf8, "split_utf8"),
    (Script::Crlf, "crlf"),
    (Script::NoDone, "no_done"),
    (Script::NoUsage, "no_usage"),
    (Script::OneByteWrites, "one_byte_writes"),
    (Script::HugeLine, "huge_line"),
    (Script::SlowFirst, "slow_first"),
    (Script::SlowTwice, "slow_twice"),
    (Script::StallMid, "stall_mid"),
    (Script::DropMid, "drop_mid"),
    (Script::FastAudio, "fast_audio"),
    (Script::ErrStream200, "err_stream_200"),
    (Script::Err401Quoted, "err_401_quoted"),
    (Script::ErrStreamQuoted, "err_stream_quoted"),
    (Script::Err400DataPrefix, "err400_data_prefix"),
    (Script::ErrArrearage, "err_arrearage"),
    (Script::Err401, "err_401"),
    (Script::Err403, "err_403"),
    (Script::Err404, "err_404"),
    (Script::ErrNative, "err_native"),
    (Script::TooManyThenOk, "429_then_ok"),
    (Script::QuotaThenOk, "429_insufficient_quota_then_ok"),
    (Script::Billing, "429_billing"),
    (Script::UnavailableThenOk, "503_then_ok"),
    (Script::RetryAfter, "retry_after"),
    (Script::RetryAfterDate, "retry_after_date"),
    (Script::RefusesSeed, "refuses_seed"),
    (Script::RefusesThinking, "refuses_thinking"),
    (Script::RefusesStreamOptions, "refuses_stream_options"),
    (Script::Deaf, "deaf"),
    (Script::SoundUncounted, "sound_uncounted"),
    (Script::Wrapped, "wrapped"),
    (Script::UrlOnly, "url_only"),
    (Script::Length, "length"),
    (Script::EvalOk, "eval_ok"),
    (Script::EvalFenced, "eval_fenced"),
    (Script::EvalBadJson, "eval_bad_json"),
    (Script::EvalMissingSkill, "eval_missing_skill"),
    (Script::EvalOutOfRange, "eval_out_of_range"),
    (Script::EvalFakeQuote, "eval_fake_quote"),
    (Script::EvalFlaky, "eval_flaky"),
    (Script::EvalInjected, "eval_injected"),
    (Script::ObjContinue, "obj_continue"),
    (Script::ObjSuccess, "obj_success"),
    (Script::ObjFail, "obj_fail"),
    (Script::ObjSlow, "obj_slow"),
    (Script::ObjGarbage, "obj_garbage"),
    (Script::AsrOk, "asr_ok"),
    (Script::AsrEmpty, "asr_empty"),
    (Script::AsrLate, "asr_late"),
    (Script::AsrWrongLang, "asr_wrong_lang"),
    (Script::AsrTooShort, "asr_too_short"),
    (Script::AsrRefusesContext, "asr_refuses_context"),
];

impl Script {
    /// The script of this name; `obj_success_3` and `obj_fail_3` take any number.
    pub fn named(name: &str) -> Option<Self> {
        let count = |prefix: &str| name.strip_prefix(prefix).and_then(|rest| rest.parse().ok());
        Self::all()
            .find(|script| script.name() == name)
            .or_else(|| count("obj_success_").map(Self::ObjSuccessAt))
            .or_else(|| count("obj_fail_").map(Self::ObjFailAt))
    }

    /// Every script, those that take a number left out.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(script, _)| *script)
    }

    /// Its name, as a header or a model writes it.
    pub fn name(self) -> String {
        match self {
            Self::ObjSuccessAt(count) => format!("obj_success_{count}"),
            Self::ObjFailAt(count) => format!("obj_fail_{count}"),
            _ => NAMES
                .iter()
                .find(|(script, _)| *script == self)
                .map_or_else(String::new, |(_, name)| (*name).to_owned()),
        }
    }

    /// Whether it says anything to this role. A script of another role is as [`Script::Happy`].
    pub fn is_for(self, role: Role) -> bool {
        let name = self.name();
        match name.split('_').next() {
            Some("eval") => role == Role::Judge,
            Some("obj") => role == Role::Objective,
            Some("asr") => role == Role::Transcriber,
            _ => true,
        }
    }

    /// How often it fails a request before it answers it.
    pub(super) const fn failures(self) -> u32 {
        match self {
            Self::TooManyThenOk => 2,
            Self::QuotaThenOk | Self::UnavailableThenOk | Self::RetryAfter | Self::RetryAfterDate => 1,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_found_by_its_name() {
        for script in Script::all() {
            assert_eq!(Script::named(&script.name()), Some(script));
        }
        for script in [Script::ObjSuccessAt(3), Script::ObjFailAt(12)] {
            assert_eq!(Script::named(&script.name()), Some(script));
        }
        assert_eq!(Script::named("obj_success_"), None);
        assert_eq!(Script::named("sad"), None);
    }

    #[test]
    fn a_script_is_for_its_role_and_the_others_are_for_all() {
        assert!(Script::EvalOk.is_for(Role::Judge) && !Script::EvalOk.is_for(Role::Objective));
        assert!(Script::ObjSuccessAt(2).is_for(Role::Objective) && !Script::ObjSlow.is_for(Role::Partner));
        assert!(Script::AsrLate.is_for(Role::Transcriber) && !Script::AsrOk.is_for(Role::Speaker));
        assert!(Script::DropMid.is_for(Role::Speaker) && Script::Err401.is_for(Role::Partner));
    }
}
