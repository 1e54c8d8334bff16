//! Chats: the partner with or without a voice, judges, and a transcriber that is asked like a chat.

use std::time::Duration;

use serde_json::{Value, json};

use super::ask::{Ask, Structure};
use super::checks;
use super::judge;
use super::plan::Plan;
use super::refusal::{INSPECTION_FAILED, Refusal, Written};
use super::reply::{Envelope, Reply};
use super::role::{Dialect, Role};
use super::script::Script;
use super::sound::voiced;
use super::transcript::{Heard, LATE, told_language};
use super::turn::Turn;
use super::wire::sha256;
use super::words::{Language, pieces};

const OBJECTIVE_SLOW: Duration = Duration::from_secs(10);

/// Answers a chat whose key and model are right.
pub(super) fn answer(ask: &Ask, turn: &Turn<'_>) -> Result<Plan, Written> {
    checks::check(ask, turn.wire, &turn.options).map_err(|refusal| turn.refuse(&refusal))?;
    turn.fail(ask.stream)?;
    let script = turn.script;
    let (mut reply, late) = match ask.role {
        Role::Transcriber => transcriber(ask, turn),
        Role::Objective | Role::Judge => (structured(ask, turn), Duration::ZERO),
        Role::Partner | Role::Speaker => (partner(ask, script), Duration::ZERO),
    };
    let late = if script == Script::ObjSlow {
        OBJECTIVE_SLOW
    } else {
        late
    };
    if ask.role == Role::Partner {
        let heard: usize = turn
            .wire
            .clips
            .iter()
            .filter_map(|clip| clip.bytes.as_ref())
            .map(|clip| clip.len() / 8_000 + 1)
            .sum();
        reply.prompt_audio_tokens = heard * 7;
    }
    reply.prompt_tokens = ask.words.len() / 4 + 1;
    if script == Script::SoundUncounted {
        // Filled up to thirty seconds, whatever its length.
        reply.prompt_tokens += 188 * turn.wire.clips.len();
        reply.prompt_audio_tokens = 0;
    }
    let envelope = Envelope {
        dialect: ask.dialect,
        request: turn.request_id(),
        created: turn.created,
        model: ask.model.clone(),
        script,
        wants_usage: ask.wants_usage,
        error: match script {
            Script::ErrStreamQuoted => turn.refuse(&Refusal::key_quoted(turn.key_shown())).body,
            _ => INSPECTION_FAILED.to_owned(),
        },
        wants_riff: ask.dialect == Dialect::Local && ask.audio_format.as_deref() == Some("wav"),
    };
    let mut plan = if ask.stream {
        envelope.streamed(&reply)
    } else {
        envelope.whole(&reply)
    };
    plan.before += turn.options.paced(late);
    Ok(plan)
}

fn partner(ask: &Ask, script: Script) -> Reply {
    let language = Language::asked_for(&ask.system)
        .or_else(|| Language::written_in(&ask.last_words))
        .unwrap_or(Language::English);
    let line = language.line(ask.user_messages);
    let all = pieces(line);
    let most = match script {
        Script::Length => all.len() / 2,
        _ => ask.most_tokens.unwrap_or(all.len()),
    };
    let words = all.iter().take(most).cloned().collect::<String>();
    // A reply that is too long is cut in the middle of its sound, too.
    let aloud = if script == Script::Length { line } else { &words };
    let pcm = if ask.speaks() {
        voiced(aloud, script)
    } else {
        Vec::new()
    };
    Reply {
        is_cut: most < all.len(),
        words,
        pcm,
        reasoning: reasoning(ask),
        ..Reply::default()
    }
}

fn reasoning(ask: &Ask) -> Option<String> {
    ask.thinks.then(|| "Let me look at what was said.".to_owned())
}

fn structured(ask: &Ask, turn: &Turn<'_>) -> Reply {
    let earlier = match turn.script {
        Script::EvalFlaky => turn.shared.times(&sha256(ask.words.as_bytes())),
        _ => 0,
    };
    let mut text = judge::answer(ask, turn.script, earlier);
    let is_cut = turn.script == Script::Length;
    if is_cut {
        text.truncate(text.floor_char_boundary(text.len() / 2));
    }
    // Ollama knows no `tool_choice`: a model that nothing forces may as well talk, and this one does.
    let is_called = ask.dialect == Dialect::Compatible || ask.model != "fake-chat";
    match &ask.structure {
        Structure::Tool { name, .. } if is_called => Reply {
            call: Some((name.clone(), text)),
            reasoning: reasoning(ask),
            is_cut,
            ..Reply::default()
        },
        Structure::Tool { .. } => Reply {
            words: format!("Here is the result: {text}"),
            ..Reply::default()
        },
        _ => Reply {
            words: text,
            reasoning: reasoning(ask),
            is_cut,
            ..Reply::default()
        },
    }
}

fn transcriber(ask: &Ask, turn: &Turn<'_>) -> (Reply, Duration) {
    let asked = turn.wire.body.pointer("/asr_options/language");
    let sound = turn.wire.sound().unwrap_or_default();
    let language = told_language(asked.and_then(Value::as_str)).or_else(|| Language::written_in(&ask.system));
    let heard = Heard::new(turn, &sound, language.unwrap_or(Language::English));
    let reply = Reply {
        annotations: Some(
            json!([{"type": "audio_info", "language": heard.language.code(), "emotion": "neutral"}]),
        ),
        prompt_audio_tokens: heard.seconds * 25,
        words: heard.words,
        ..Reply::default()
    };
    let late = if turn.script == Script::AsrLate {
        LATE
    } else {
        Duration::ZERO
    };
    (reply, late)
}
