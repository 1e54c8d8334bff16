//! The order in which a lent voice is asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rehearse_domain::{Persona, Script, ScriptLine};
use tokio::sync::Notify;

use super::*;
use crate::{PartnerBrief, ScriptedPartner};

/// Gives no sound of a line before the next line was asked for.
#[derive(Default)]
struct OneAhead {
    asked: Arc<AtomicUsize>,
    more: Arc<Notify>,
}

#[async_trait]
impl Speaker for OneAhead {
    fn model(&self) -> &str {
        "one ahead"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn speak(&self, _: SpokenLine) -> Result<PcmStream, ModelError> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        self.more.notify_waiters();
        let (asked, more) = (Arc::clone(&self.asked), Arc::clone(&self.more));
        let sound = async move {
            loop {
                let asked_again = more.notified();
                if number == 2 || asked.load(Ordering::SeqCst) > number + 1 {
                    return Ok(vec![number as f32]);
                }
                asked_again.await;
            }
        };
        Ok(stream::once(sound).boxed())
    }
}

#[tokio::test]
async fn the_next_sentence_is_asked_for_while_the_former_still_comes_and_no_further_one() {
    let speaker = OneAhead::default();
    let asked = Arc::clone(&speaker.asked);
    let line = |text: &str| ScriptLine(vec![text.into()]);
    let brief = PartnerBrief {
        persona: Persona {
            name: "Dana".into(),
            role: "your manager".into(),
            background: String::new(),
            voice: None,
        },
        brief: String::new(),
        language: Language::English,
        script: Some(Script {
            opening: line("One. Two. Three."),
            push_back: vec![],
            closing: line("Bye."),
        }),
    };
    let partner = VoicedPartner {
        inner: Arc::new(ScriptedPartner),
        speaker: Arc::new(speaker),
    };
    let request = PartnerRequest {
        scenario: Arc::new(brief),
        history: vec![],
        sound: None,
        sequence: 0,
        variation: 0,
    };
    let spoken = async {
        let mut reply = partner.reply(request).await.unwrap();
        let mut order = Vec::new();
        while let Some(part) = reply.next().await {
            if let ReplyPart::Pcm(samples) = part.unwrap() {
                order.push((samples[0], asked.load(Ordering::SeqCst)));
            }
        }
        order
    };
    let order = tokio::time::timeout(Duration::from_secs(5), spoken)
        .await
        .unwrap();
    assert_eq!(order, [(0.0, 2), (1.0, 3), (2.0, 3)]);
}
