use std::collections::HashSet;

use super::*;

const ZOE: AccountOwner<'_> = AccountOwner {
    name: "Zoé Lefèvre",
    email: "zoe.lefevre@epic.example",
};

#[test]
fn rejects_common_guesses() {
    let cases = [
        ("zoelefevre2026", Hint::Personal),
        ("ZoéLefèvre!!!", Hint::Personal),
        ("L3fevre-Z0e1", Hint::Personal),
        ("zoe.lefevre@epic.example", Hint::Personal),
        ("lefevre.zoe2026", Hint::Personal),
        ("Lefèvre, Zoé", Hint::Personal),
        ("zoe_LEFEVRE_69", Hint::Personal),
        ("Events Lefevre Epic", Hint::Personal),
        ("EpicEvents2026!", Hint::Personal),
        ("epicepicepic", Hint::Repeats),
        ("passwordpassword", Hint::Repeats),
        ("Password12345", Hint::Common),
        ("qwertyuiop[]", Hint::Keyboard),
        ("azertyuiopqsdfghjklm", Hint::Keyboard),
        ("soleilsoleil", Hint::Repeats),
        ("aaaaaaaaaaaaaaaaaaaa", Hint::Repeats),
        ("abcdefghijklmnop", Hint::Sequence),
        ("12/09/1987  ", Hint::Date),
        ("incomprehensible", Hint::MoreWords),
        ("Michelle1234", Hint::Names),
    ];
    for (password, hint) in cases {
        let strength = Strength::estimate(password, ZOE);
        assert_eq!(strength.hint, Some(hint), "{password}: {strength:?}");
        assert_eq!(
            strength.accept(),
            Err(FieldErrorKind::TooGuessable),
            "{password}"
        );
    }
}

#[test]
fn names_of_several_parts_are_guesses_in_every_order() {
    let owner = AccountOwner {
        name: "Marie-Thérèse Le Bihan-Dùpont",
        email: "marie.lebihan@epic.example",
    };
    for password in [
        "marie-therese lebihan",
        "marie.lebihan2026",
        "Dupont.Le.Bihan.Marie",
        "bihan/thérèse/dupont",
        "naHIb.eiram.2026",
    ] {
        let strength = Strength::estimate(password, owner);
        assert_eq!(
            strength.accept(),
            Err(FieldErrorKind::TooGuessable),
            "{password}: {strength:?}"
        );
    }
    let strength = Strength::estimate("marie garde neuf oies au bord du lac", owner);
    assert_eq!(strength.hint, None, "{strength:?}");
}

#[test]
fn accepts_passwords_that_are_hard_to_guess() {
    let cases = [
        "plume d'oie et encre",
        "l’été à Perros-Guirec",
        "crêpes, œufs & sarrasin",
        "correct horse battery staple",
        "        x9 trou        ",
        "🦀 sous la pluie 🌧️",
        "王小明在海边喝茶看书，听雨声",
        "dTk8rqPz4mWv",
        "Zoé Lefèvre mange un camembert",
    ];
    for password in cases {
        let strength = Strength::estimate(password, ZOE);
        assert_eq!(strength.accept(), Ok(()), "{password}: {strength:?}");
    }
}

#[test]
fn lengths_are_counted_in_characters() {
    let text = |count| {
        "tréma œuf 🦀 "
            .chars()
            .cycle()
            .take(count)
            .collect::<String>()
    };
    let cases = [
        (0, Some(Hint::Short)),
        (11, Some(Hint::Short)),
        (12, None),
        (128, None),
        (129, Some(Hint::Long)),
    ];
    for (count, hint) in cases {
        let strength = Strength::estimate(&text(count), ZOE);
        assert_eq!(strength.hint, hint, "{count}: {strength:?}");
        assert_eq!(
            strength.hint.is_none(),
            strength.score >= SCORE_MIN,
            "{count}"
        );
    }
}

#[test]
fn the_strongest_chunk_determines_the_strength_of_a_long_password() {
    let prefix = "a".repeat(64);
    let cases = [
        (prefix.clone(), false),
        (format!("{prefix}plume d'oie et encre"), true),
        (format!("{}plume d'oie et encre", "a".repeat(108)), true),
        ("passwordpassword".repeat(8), false),
    ];
    for (password, accepted) in cases {
        let strength = Strength::estimate(&password, ZOE);
        assert_eq!(
            strength.hint.is_none(),
            accepted,
            "{password}: {strength:?}"
        );
    }
}

#[test]
fn accepts_the_minimum_score() {
    for password in ["soleil camembert", "purple-Tiger"] {
        let strength = Strength::estimate(password, ZOE);
        assert_eq!(
            strength,
            Strength {
                score: 3,
                hint: None
            },
            "{password}"
        );
    }
}

#[test]
fn guesses_are_whole_joined_and_in_parts_with_and_without_accents() {
    let owner = AccountOwner {
        name: "Zoé d'Arc",
        email: "Z.Arc@epic.example",
    };
    let expected = [
        "arc",
        "epic",
        "epic events",
        "epicevents",
        "events",
        "example",
        "z.arc@epic.example",
        "zarcepicexample",
        "zoe",
        "zoe d'arc",
        "zoedarc",
        "zoé",
        "zoé d'arc",
        "zoédarc",
    ];
    assert_eq!(guesses(owner), expected);
}

#[test]
fn names_of_hints_are_unique() {
    let names: HashSet<_> = Hint::ALL.iter().map(|hint| hint.name()).collect();
    assert_eq!(names.len(), Hint::ALL.len());
    assert!(names.iter().all(|name| !name.is_empty()));
}
