//! The kinds of event of the sample data.

use jiff::{ToSpan as _, civil};

/// A kind of event, and when such events take place.
pub(super) struct Occasion {
    pub(super) name: &'static str,
    pub(super) days: Days,
    /// The first and the last hour at which it starts.
    pub(super) hours: (i8, i8),
    /// The shortest and the longest length, in hours.
    pub(super) lengths: (i64, i64),
}

/// The days of the week on which an event takes place.
#[derive(Clone, Copy)]
pub(super) enum Days {
    Any,
    Workdays,
    Saturday,
}

const fn occasion(
    name: &'static str,
    days: Days,
    hours: (i8, i8),
    lengths: (i64, i64),
) -> Occasion {
    Occasion {
        name,
        days,
        hours,
        lengths,
    }
}

pub(super) const OCCASIONS: &[Occasion] = &[
    occasion("Mariage", Days::Saturday, (14, 17), (7, 10)),
    occasion("Séminaire", Days::Workdays, (8, 9), (7, 9)),
    occasion("Gala", Days::Any, (18, 20), (4, 6)),
    occasion("Lancement de produit", Days::Workdays, (10, 18), (2, 4)),
    occasion("Anniversaire", Days::Any, (17, 19), (4, 6)),
    occasion("Congrès", Days::Workdays, (8, 9), (8, 10)),
    occasion("Soirée de fin d'année", Days::Any, (18, 20), (4, 6)),
    occasion("Inauguration", Days::Workdays, (10, 17), (2, 3)),
    occasion("Team building", Days::Workdays, (9, 13), (3, 5)),
    occasion("Assemblée générale", Days::Workdays, (9, 14), (2, 4)),
    occasion("Concert privé", Days::Any, (19, 20), (2, 4)),
    occasion("Salon professionnel", Days::Workdays, (8, 10), (8, 10)),
    occasion("Cocktail", Days::Workdays, (17, 19), (2, 4)),
    occasion("Remise de prix", Days::Workdays, (17, 19), (2, 3)),
    occasion("Journée portes ouvertes", Days::Any, (9, 10), (7, 8)),
];

/// A day of the same week on which such an event takes place.
pub(super) fn suitable(day: civil::Date, days: Days) -> civil::Date {
    let weekday = i64::from(day.weekday().to_monday_one_offset());
    let moved = match days {
        Days::Saturday => 6 - weekday,
        Days::Workdays if weekday > 5 => 5 - weekday,
        Days::Any | Days::Workdays => 0,
    };
    day.saturating_add(moved.days())
}
