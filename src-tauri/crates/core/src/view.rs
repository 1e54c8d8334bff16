//! What the window and the command line are shown: flat, serialisable, rebuilt by asking. No logic lives here,
//! and nothing in here is ever read back as truth.

mod app;
mod authored;
mod delivery;
mod diagnostics;
mod event;
mod feedback;
mod history;
mod inspection;
mod library;
mod models;
mod practice;
mod recovery;
mod review;
mod skill_progress;
mod sound;
mod sync;

pub use app::{AppView, Holder, HomeView, LastResult, Platform, SetAside, StorageView, Suggestion};
pub use authored::{
    AuthoredKind, AuthoredRow, AuthoredView, ConflictView, DifferenceView, KeepVersion, SaidLine,
};
pub use delivery::{
    Comparison, DeliveryView, FigureKind, FigureView, LoudnessView, MissingReason, PitchView, ProgressPoint,
    ProgressSeries, ProgressView, SpanView, TrendView, TurnDelivery, UsualView,
};
pub use diagnostics::{DiagnosticsView, Finding, Percentiles};
pub use event::{Changed, Heard, Topic};
pub use feedback::{
    AdviceView, FeedbackStatus, FeedbackView, OwnRating, QuoteView, RemarkView, ResultView, RubricCheckView,
    RuleView, SkillResultView, WebAppRating, WebAppResult,
};
pub use history::{DeleteReceipt, FoundIn, FoundView, HistoryPage, HistoryQuery, HistoryRow};
pub use inspection::{
    CheckVerdict, CheckView, PullProgress, PulledClass, PulledFault, PulledFile, PulledOutcome, PulledView,
};
pub use library::{
    BriefView, CatalogueQuery, CatalogueView, CriterionView, LastRun, PartnerChoice, PersonaView, RunOptions,
    ScenarioCard, SkillName, SkillView, TakeTwoOf,
};
pub use models::{
    CheckOutcome, CheckStep, ChosenModel, CostView, ExchangeView, KeyWish, ModelCheck, ModelForm, ModelPlace,
    ModelRole, ModelsView, PresetView, PriceMarket, RoleView, SuggestedModel, TokensView, TranscribedTurn,
    TranscribedView,
};
pub use practice::{
    Allowed, EndCard, HandsFreeView, LineView, Notice, NumberedNotice, ObjectiveView, PauseCause,
    PracticePhase, PracticeView, TakeView,
};
pub use recovery::{InterruptedTake, KeptTakes, RecoveryView};
pub use review::{ReviewTurn, ReviewView, WordsHost, WordsNow, WordsView};
pub use skill_progress::{SkillPoint, SkillProgress, SkillUsual, UnrevealedResults};
pub use sound::{DeviceView, EchoPhase, EchoView, MicrophoneState, SoundView};
pub use sync::{
    AccountView, AudioChoice, ChangeKind, KeyPlace, PlainHostView, ServerKind, SignInAs, SignInRequest,
    SignedIn, StillThere, StuckChange, SyncLook, SyncMark, SyncOptions, SyncPause, SyncPhase, SyncTroubles,
    SyncView, UntoldView, UploadingView,
};

/// What the trainee can do, in the machine's own words. What is not [`Allowed`] right now changes nothing.
pub use rehearse_dialog::Action;
