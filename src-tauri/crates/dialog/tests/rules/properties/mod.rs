//! What must hold whatever happens in whatever order. A failing run prints its seed and the shortest order of
//! happenings that breaks the rule; `PROPTEST_CASES` asks for more than the usual 256 runs.

mod happening;
mod ledger;
mod shelf;
mod world;

use proptest::collection::vec;
use proptest::prelude::*;
use rehearse_dialog::Phase;

use self::happening::{any_happening, any_setup};
use self::world::World;

proptest! {
    #[test]
    fn no_order_of_events_breaks_a_rule(setup in any_setup(), happenings in vec(any_happening(), 1..150)) {
        let mut world = World::begin(setup);
        for happening in happenings {
            world.lets(happening);
        }
    }

    #[test]
    fn from_anywhere_the_end_is_on_disk_with_nobody_answering_but_the_disk(
        setup in any_setup(),
        happenings in vec(any_happening(), 0..100),
        sound_answers in any::<bool>(),
    ) {
        let mut world = World::begin(setup);
        for happening in happenings {
            world.lets(happening);
        }
        world.ends(sound_answers);
        prop_assert!(matches!(world.phase(), Phase::Ended { .. }), "still {:?}", world.phase());
    }
}
