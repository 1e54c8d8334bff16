//! axe-core in the page: what a screen reader or a person with low vision would stumble over.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::window::Window;

const LIMIT: Duration = Duration::from_secs(60);

const RUN: &str = r"
    const answer = arguments[arguments.length - 1];
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: rules, resultTypes: ['violations'] }).then(
        ({ violations, passes }) => answer({
            passes: passes.length,
            violations: violations.map(({ id, help, nodes }) => ({
                id, help, where: nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`),
            })),
        }),
        (error) => answer({ error: String(error) }),
    );
";

/// Fails with every violation on the screen that is shown.
pub(crate) async fn check(window: &Window, screen: &str) {
    let known = window.run("return typeof axe === 'object'", Vec::new()).await;
    if known != Value::Bool(true) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let source = fs::read_to_string(file).expect("axe-core is among the window's packages");
        // As a script of the page it would be stopped by the content security policy.
        window
            .run(&format!("{source}; window.axe = axe;"), Vec::new())
            .await;
    }
    window.settle().await;
    let found = window.run_and_wait(LIMIT, RUN, Vec::new()).await;
    let passes = found["passes"].as_u64().unwrap_or_default();
    assert!(passes > 0, "axe looked at nothing on {screen}: {found}");
    let violations = found["violations"].as_array().expect("a list of violations");
    assert!(
        violations.is_empty(),
        "{screen}: {}",
        serde_json::to_string_pretty(violations).unwrap_or_default()
    );
}
