//! How long after a practice of five minutes its figures are on the screen. Measured in the page, which draws as it does
//! for people, for `npm run bench`.

use std::io::Write as _;
use std::time::{Duration, Instant};

use serde_json::json;

use super::sitting::{SPACE, await_turn, pass_first_run, start_suggested};
use crate::command_line;
use crate::limits::{APPEARING, PARTNER_LINE};
use crate::speech::{Sentences, speak};
use crate::stage::{Look, Stage};
use crate::window::Window;

/// What the trainee speaks at least in all; with the other person's lines it stays just below the limit of five minutes.
const SPOKEN: Duration = Duration::from_secs(215);
/// Practices before it, which are read to tell what is usual: as many as are compared.
const EARLIER: usize = 20;
/// Recordings that are spoken, round and round.
const SENTENCES: usize = 10;
/// What the trainee speaks in one turn.
const TURN: Duration = Duration::from_secs(55);

/// Notes in the page when the two buttons are pressed, and when what they ask for has been drawn.
const WATCH: &str = r#"
    const marks = (window.marks = {});
    const pressed = (event) => {
        const name = event.target.closest("[data-testid]")?.dataset.testid;
        if (["end-session", "to-review"].includes(name)) marks[name] ??= performance.now();
    };
    document.addEventListener("click", pressed, true);
    const wanted = { card: "[data-testid='end-card']", figures: "[data-testid='delivery'][data-ready='true']" };
    const drawn = (name) => requestAnimationFrame(() => setTimeout(() => (marks[name] ??= performance.now())));
    const look = () => {
        for (const name in wanted) if (!(name in marks) && document.querySelector(wanted[name])) drawn(name);
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
"#;

/// Both waits in milliseconds, once they are over: a person's own time between the end card and the next press is not
/// one. Nothing looks at the page meanwhile, which takes part of the time it has for drawing.
const WAITS: &str = r#"
    const [answer, marks] = [arguments[arguments.length - 1], window.marks];
    const over = () => {
        if (!("figures" in marks)) return setTimeout(over, 200);
        answer({ card: marks.card - marks["end-session"], figures: marks.figures - marks["to-review"] });
    };
    over();
"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes six minutes; `npm run bench` asks for it"]
async fn its_figures_are_on_the_screen() {
    let stage = Stage::set_as_shipped("five-minutes", Look::ENGLISH_LIGHT);
    let sentences = Sentences::long(SENTENCES);
    for first in 0..EARLIER {
        let said = [first % SENTENCES, (first + 1) % SENTENCES].map(|number| sentences.file(number));
        command_line::practise(&stage, &said).await;
    }
    let window = stage.open().await;
    pass_first_run(&window, "en", async |_, _| ()).await;
    start_suggested(&window).await;
    let begun = Instant::now();
    let mut files = (0..SENTENCES).cycle();
    let mut spoken = Duration::ZERO;
    while spoken < SPOKEN {
        await_turn(&window).await;
        window.hold(SPACE).await;
        window
            .see_attribute(APPEARING, "phase", "data-phase", &["recording"])
            .await;
        let turn = Instant::now();
        while turn.elapsed() < TURN {
            speak(&stage, sentences.file(files.next().expect("it goes round"))).await;
        }
        spoken += turn.elapsed();
        window.release(SPACE).await;
        window
            .see_attribute(PARTNER_LINE, "phase", "data-phase", &["partner_speaking"])
            .await;
    }
    await_turn(&window).await;
    window.run(WATCH, Vec::new()).await;
    let practised = begun.elapsed();
    window.click("end-session").await;
    window.see("end-card").await;
    window.click("to-review").await;
    tell(&window, practised).await;
    window.close().await;
}

/// Prints what was measured as one line of JSON.
async fn tell(window: &Window, practised: Duration) {
    let waits = window.run_and_wait(APPEARING, WAITS, Vec::new()).await;
    let told = json!({ "seconds": practised.as_secs(), "card": waits["card"], "figures": waits["figures"] });
    let both = ["card", "figures"].map(|wait| waits[wait].as_f64());
    assert!(both.iter().all(Option::is_some), "{told}");
    writeln!(std::io::stdout(), "\nmeasured {told}").expect("a terminal");
}
