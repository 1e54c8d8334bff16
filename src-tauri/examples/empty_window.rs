//! An empty window of the same size: what Tauri and the system's web view cost by themselves. `npm run bench` measures
//! the app's start and idleness against it.

fn main() {
    // With plugins or commands it would measure something of ours.
    let run = tauri::Builder::default().run(tauri::generate_context!(
        "src-tauri/examples/empty_window/tauri.conf.json"
    ));
    if run.is_err() {
        std::process::exit(1);
    }
}
