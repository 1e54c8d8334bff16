//! What the window may ask. One line each: call the core, return. Everything that decides lives below.

use rehearse_core::Core;
use rehearse_core::error::ErrorView;
use rehearse_core::settings::Settings;
use rehearse_core::view::{
    Action, AppView, AuthoredView, BriefView, CatalogueQuery, CatalogueView, DeleteReceipt, DeliveryView,
    DiagnosticsView, FeedbackView, Finding, HistoryPage, HistoryQuery, HomeView, KeepVersion, KeptTakes, ModelForm,
    ModelPlace, ModelRole, ModelsView, OwnRating, PracticeView, ProgressView, RecoveryView, ReviewView, RunOptions,
    SignInRequest, SignedIn, SoundView, SyncOptions, SyncTroubles, SyncView,
};
use rehearse_domain::{ClipId, Language, SessionId, Slug};
use tauri::{AppHandle, State};

use crate::window;

type Answer<T> = Result<T, ErrorView>;

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $kind:ty),*) -> $answer:ty;)*) => {$(
        $(#[$doc])*
        #[tauri::command]
        #[specta::specta]
        pub(crate) async fn $name(core: State<'_, Core>, $($arg: $kind),*) -> Answer<$answer> {
            core.$name($($arg),*).await
        }
    )*};
}

commands! {
    /// What the window asks first.
    app() -> AppView;
    /// Replaces the settings.
    change_settings(settings: Settings) -> AppView;
    /// Moves a damaged database aside and starts afresh; the sound files stay.
    set_aside_damaged() -> AppView;
    /// Tries again to open a data folder that could not be opened.
    open_again() -> AppView;
    /// Home.
    home() -> HomeView;
    /// The catalogue, narrowed.
    catalogue(query: CatalogueQuery) -> CatalogueView;
    /// The brief of a scenario.
    brief(slug: Slug) -> BriefView;
    /// Devices and the sound check.
    sound() -> SoundView;
    /// Opens the microphone for the meter.
    open_microphone() -> ();
    /// Closes the meter's microphone.
    close_microphone() -> ();
    /// Records 3 s and plays them back.
    echo_test() -> ();
    /// Starts a practice.
    start_practice(slug: Slug, options: RunOptions) -> PracticeView;
    /// The open practice.
    practice() -> Option<PracticeView>;
    /// Does something in the open practice.
    act(action: Action) -> ();
    /// Has a turn of the trainee written down once more.
    write_down_again(sequence: u32) -> ();
    /// Puts the words of a turn of the trainee right.
    correct_words(sequence: u32, words: String) -> ();
    /// The models: who plays which role, and what can be chosen.
    models() -> ModelsView;
    /// Chooses a model for a role.
    choose_model(form: ModelForm) -> ModelsView;
    /// Nobody plays this role in this place any more.
    forget_model(role: ModelRole, place: ModelPlace) -> ModelsView;
    /// Asks the model of a role what it can do.
    check_model(role: ModelRole, place: ModelPlace) -> ModelsView;
    /// Agrees that models on a host are spoken to without encryption.
    allow_model_http(host: String) -> ModelsView;
    /// Leaves the end card.
    close_practice() -> ();
    /// A page of the history.
    history(query: HistoryQuery) -> HistoryPage;
    /// One session.
    review(session: SessionId) -> ReviewView;
    /// Has what was said in a session written down.
    write_down_session(session: SessionId) -> ();
    /// Wants no more of it.
    stop_writing_down(session: SessionId) -> ();
    /// How the trainee sounded in a session.
    delivery(session: SessionId) -> DeliveryView;
    /// Every figure over time.
    progress(language: Option<Language>) -> ProgressView;
    /// Deletes sessions; can be undone for 10 s.
    delete_sessions(sessions: Vec<SessionId>) -> DeleteReceipt;
    /// Takes a deletion back.
    undo_delete(sessions: Vec<SessionId>) -> ();
    /// Feedback on a session: how far it is, and what it says.
    feedback(session: SessionId) -> FeedbackView;
    /// Has feedback given now; where there is a result, a second one.
    ask_for_feedback(session: SessionId) -> FeedbackView;
    /// Has feedback given also on what was practised before anybody was chosen who gives it.
    ask_for_earlier_feedback() -> ();
    /// Shows the result, with what the trainee gave themselves before.
    reveal_feedback(session: SessionId, own: Vec<OwnRating>) -> FeedbackView;
    /// Puts the words of a turn right in a session that is over.
    correct_turn(session: SessionId, sequence: u32, words: String) -> ();
    /// Writes sessions into a folder; answers the files.
    export_sessions(sessions: Vec<SessionId>, folder: String) -> Vec<String>;
    /// Interrupted takes.
    recovery() -> RecoveryView;
    /// Keeps an interrupted take as a turn of its session.
    keep_take(clip: ClipId) -> Option<String>;
    /// Keeps every interrupted take that can be played.
    keep_all_takes() -> KeptTakes;
    /// Discards an interrupted take.
    discard_take(clip: ClipId) -> ();
    /// How far the user's own server is.
    sync() -> SyncView;
    /// What of it needs the user.
    sync_troubles() -> SyncTroubles;
    /// Signs in at a server.
    sign_in(request: SignInRequest) -> SignedIn;
    /// Signs out; nothing leaves this computer any more.
    sign_out() -> SyncView;
    /// Tries everything now.
    sync_now() -> SyncView;
    /// Agrees to speak to a host without encryption.
    allow_plain_http(host: String) -> SyncView;
    /// Takes that back.
    forbid_plain_http(host: String) -> SyncView;
    /// Changes what needs no new signing in.
    change_sync_options(options: SyncOptions) -> SyncView;
    /// Lets a change that needs the user be tried again.
    retry_change(change: u32) -> SyncTroubles;
    /// Gives up telling the server of a change.
    discard_change(change: u32) -> SyncTroubles;
    /// What people wrote, and what of it was changed in two places.
    authored() -> AuthoredView;
    /// Lets one of two versions stay.
    settle_conflict(record: String, keep: KeepVersion) -> AuthoredView;
    /// Figures about this installation.
    diagnostics() -> DiagnosticsView;
    /// Checks that database and files agree.
    verify() -> Vec<Finding>;
}

/// Lets the user pick a folder; `null` when they did not.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_folder(app: AppHandle) -> Answer<Option<String>> {
    Ok(window::choose_folder(app).await)
}

/// Shows the data folder in the system's file browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_data_folder(app: AppHandle, core: State<'_, Core>) -> Answer<()> {
    window::open_folder(&app, core.data_folder())
}

/// Opens the system's privacy settings for the microphone.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_privacy_settings(app: AppHandle) -> Answer<()> {
    window::open_privacy_settings(&app)
}
