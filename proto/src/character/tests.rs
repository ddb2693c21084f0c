use unicode_normalization::UnicodeNormalization as _;

use super::*;

/// The characters of a text that [`classify`] keeps.
fn kept(text: &str) -> String {
    let stays = |handling| matches!(handling, Handling::Keep { .. } | Handling::Break);
    let classified = classify(text).into_iter();
    classified
        .filter(|&(_, it)| stays(it))
        .map(|(it, _)| it)
        .collect()
}

#[test]
fn what_emojis_and_scripts_need_is_kept() {
    let kept_whole = [
        "Zoé Lefèvre-d’Épinay",
        "Zoe\u{301}",
        "王小明",
        "a\u{a0}b\u{3000}c",
        // Emojis: family, profession with a skin tone, heart on fire, keys, text and emoji forms,
        // flags of a pirate, of Scotland and of France, a bird of Unicode 15.1.
        "👨\u{200d}👩\u{200d}👧",
        "👩🏽\u{200d}🚀",
        "❤\u{fe0f}\u{200d}🔥",
        "1\u{fe0f}\u{20e3}",
        "#\u{fe0f}\u{20e3}",
        "☎\u{fe0e} ☎\u{fe0f}",
        "🏴\u{200d}☠\u{fe0f}",
        "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "🇫🇷",
        "🐦\u{200d}⬛",
        // A code point that is reserved for an emoji.
        "\u{1faff}",
        // Persian, an Arabic abbreviation, a letter with a vowel sign before the joiner.
        "می\u{200c}خواهم",
        "ه\u{200d}",
        "بَ\u{200c}ب",
        // Hindi, Bengali, Malayalam, Khmer.
        "क\u{94d}\u{200d}ष",
        "क\u{94d}\u{200c}ष",
        "क\u{94d}\u{200d}",
        "র\u{200d}\u{9cd}য",
        "ന\u{d4d}\u{200d}",
        "ក\u{200c}\u{17d2}ក",
        // Variants of ideographs and of letters in Mongolian, Myanmar, Phags-pa and Manichaean.
        "葛\u{e0100}城",
        "葛\u{fe00}",
        "ᠠ\u{180b}",
        "က\u{fe00}",
        "ꡂ\u{fe00}",
        "\u{10ac5}\u{fe00}",
        // An Arabic sign that encloses the number after it, and a spacing mark alone.
        "\u{601}١٤",
        "\u{903}",
    ];
    for text in kept_whole {
        assert_eq!(kept(text), text, "{}", text.escape_unicode());
    }
}

#[test]
fn invisible_characters_are_removed_elsewhere() {
    let cases = [
        ("Jean\u{200b}Dupont", "JeanDupont"),
        ("Jean\u{200c}Dupont", "JeanDupont"),
        ("Jean\u{200d}Dupont", "JeanDupont"),
        ("\u{200d}ه", "ه"),
        ("\u{200c}", ""),
        ("ا\u{200d}", "ا"),
        ("ه\u{200c}", "ه"),
        ("ه\u{200c} ه", "ه ه"),
        ("ه\u{200d}\u{200d}\u{200c}", "ه\u{200d}"),
        ("می\u{200c}\u{200c}خ", "می\u{200c}خ"),
        ("क\u{94d}\u{200c}", "क\u{94d}"),
        ("👩\u{200d}", "👩"),
        ("👩\u{200c}🚀", "👩🚀"),
        ("👩\u{200d}a", "👩a"),
        ("a\u{200d}👩", "a👩"),
        ("👩\u{200d}\u{200d}🚀", "👩\u{200d}🚀"),
        ("a\u{fe0f}", "a"),
        ("1\u{fe0f}", "1"),
        ("*\u{fe0f}\u{20e3}", "*\u{fe0f}\u{20e3}"),
        ("a\u{fe0f}\u{20e3}", "a\u{20e3}"),
        ("က\u{e0100}", "က"),
        ("☎\u{fe0f}\u{fe0f}", "☎\u{fe0f}"),
        ("☎\u{fe00}", "☎"),
        ("ب\u{fe00}", "ب"),
        ("a\u{e0100}", "a"),
        ("a\u{180b}", "a"),
        ("葛\u{180b}", "葛"),
        ("ᠠ\u{e0100}", "ᠠ"),
        ("\u{fe0f}", ""),
        // Tags hide text outside flags, and in incomplete ones.
        ("a\u{e0067}\u{e007f}", "a"),
        ("🏴\u{e0067}", "🏴"),
        ("🏴\u{e007f}", "🏴"),
        ("🏴\u{e0067}a\u{e007f}", "🏴a"),
        (
            "🏴\u{e0067}\u{e007f}\u{e0067}\u{e007f}",
            "🏴\u{e0067}\u{e007f}",
        ),
        ("🏴a\u{e0067}\u{e007f}", "🏴a"),
        ("\u{e0067}\u{e007f}", ""),
        // Marks without a letter.
        ("\u{301}a", "a"),
        ("a \u{301}b", "a b"),
        ("a\n\u{20dd}b", "a\nb"),
        ("\u{200b}\u{301}a", "a"),
        // Bidirectional controls, and other invisible characters.
        ("\u{202e}abc\u{202c}\u{2066}\u{2069}\u{200e}\u{61c}", "abc"),
        ("🙈\u{2060}\u{feff}\u{ad}\u{180e}\u{3164}\u{34f}", "🙈"),
    ];
    for (text, expected) in cases {
        assert_eq!(kept(text), expected, "{}", text.escape_unicode());
    }
}

#[test]
fn each_character_has_its_verdict() {
    let (visible, blank) = (
        Handling::Keep { visible: true },
        Handling::Keep { visible: false },
    );
    let cases = [
        ('a', visible),
        ('~', visible),
        ('é', visible),
        ('\u{2ff}', visible),
        ('.', visible),
        ('\u{fffd}', visible),
        ('\u{fffc}', visible),
        (' ', blank),
        ('\u{a0}', blank),
        ('\u{3000}', blank),
        ('\u{903}', blank),
        ('\u{2800}', blank),
        ('\u{1d159}', blank),
        ('\u{13441}', blank),
        ('\u{13442}', blank),
        ('\t', Handling::Break),
        ('\n', Handling::Break),
        ('\u{b}', Handling::Break),
        ('\u{c}', Handling::Break),
        ('\r', Handling::Break),
        ('\u{85}', Handling::Break),
        ('\u{2028}', Handling::Break),
        ('\u{2029}', Handling::Break),
        ('\u{ad}', Handling::Strip),
        ('\u{202e}', Handling::Strip),
        ('\u{e0001}', Handling::Strip),
        ('\u{0}', Handling::Refuse),
        ('\u{8}', Handling::Refuse),
        ('\u{e}', Handling::Refuse),
        ('\u{1b}', Handling::Refuse),
        ('\u{7f}', Handling::Refuse),
        ('\u{9b}', Handling::Refuse),
        ('\u{e000}', Handling::Refuse),
        ('\u{f8ff}', Handling::Refuse),
        ('\u{100000}', Handling::Refuse),
        ('\u{378}', Handling::Refuse),
        ('\u{fdd0}', Handling::Refuse),
        ('\u{ffff}', Handling::Refuse),
        ('\u{fff9}', Handling::Refuse),
        ('\u{13430}', Handling::Refuse),
    ];
    for (letter, expected) in cases {
        let text = letter.to_string();
        assert_eq!(classify(&text), [(letter, expected)], "{letter:?}");
        assert_eq!(is_break(letter), expected == Handling::Break, "{letter:?}");
        let is_unsafe = !matches!(expected, Handling::Keep { .. });
        assert_eq!(super::is_unsafe(letter), is_unsafe, "{letter:?}");
        assert_eq!(
            is_plain(&text),
            !is_unsafe && letter != '\u{903}',
            "{letter:?}"
        );
    }
    // Each of these depends on its neighbours, and is removed without them.
    for letter in ['\u{200c}', '\u{200d}', '\u{fe0f}', '\u{e0067}', '\u{301}'] {
        assert_eq!(classify(&letter.to_string()), [(letter, Handling::Strip)]);
        assert!(!super::is_unsafe(letter) && !is_plain(&letter.to_string()));
    }
}

#[test]
fn what_is_not_kept_is_displayed_as_a_sign() {
    let cases = [
        ("Zoé", "Zoé"),
        ("a\u{1b}[31m\0\u{1f}\u{7f}", "a␛[31m␀␟␡"),
        ("a\tb\rc\nd", "a␉b␍c\nd"),
        ("\u{85}\u{2028}\u{2029}", "␤␤␤"),
        ("\u{9b}31m", "\u{fffd}31m"),
        ("\u{202e}abc", "\u{fffd}abc"),
        ("Jean\u{200b}Dupont\u{200d}", "Jean\u{fffd}Dupont\u{fffd}"),
        ("\u{e000}\u{301}", "\u{fffd}\u{fffd}"),
        ("👩🏽\u{200d}🚀 می\u{200c}خ", "👩🏽\u{200d}🚀 می\u{200c}خ"),
        ("e\u{301}", "e\u{301}"),
    ];
    for (text, expected) in cases {
        assert_eq!(visible(text), expected, "{}", text.escape_unicode());
        assert!(!visible(text).contains(|it| it != '\n' && super::is_unsafe(it)));
        assert_eq!(visible(text).chars().count(), text.chars().count());
    }
}

/// Cleans every sequence of up to three of these characters twice: the second time changes nothing,
/// and neither does the first where the sequence is plain.
#[test]
fn what_was_kept_is_kept_again() {
    let letters = [
        'a',
        '1',
        ' ',
        '\n',
        '\u{301}',
        '\u{20e3}',
        '\u{200c}',
        '\u{200d}',
        '\u{fe0f}',
        '\u{fe00}',
        '\u{e0100}',
        '\u{180b}',
        '🏴',
        '\u{e0067}',
        '\u{e007f}',
        '👩',
        '🏽',
        'ه',
        'ا',
        '\u{64e}',
        'क',
        '\u{94d}',
        '葛',
        '\u{202e}',
        '\u{2800}',
        '\u{1161}',
        '\u{1100}',
    ];
    let mut texts = vec![String::new()];
    for _ in 0..3 {
        let longer = texts
            .iter()
            .flat_map(|text| letters.map(|it| format!("{text}{it}")));
        texts = longer.collect();
        for text in &texts {
            let once: String = kept(&text.nfc().collect::<String>()).nfc().collect();
            let twice: String = kept(&once).nfc().collect();
            assert_eq!(once, twice, "{}", text.escape_unicode());
            if is_plain(text) {
                assert_eq!(kept(text), *text);
            }
        }
    }
}
