#![allow(clippy::unwrap_used)]

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier},
};

use super::{
    Ground, Palette, Role,
    color::Rgb,
    detect::{Capabilities, Depth, Theme, parse_color},
    palette::is_light,
};

/// Backgrounds of terminals: black, white, and those of usual themes.
const BACKGROUNDS: [(&str, u32); 9] = [
    ("black", 0x00_00_00),
    ("white", 0xff_ff_ff),
    ("Solarized dark", 0x00_2b_36),
    ("Solarized light", 0xfd_f6_e3),
    ("Dracula", 0x28_2a_36),
    ("One Dark", 0x28_2c_34),
    ("Gruvbox light", 0xfb_f1_c7),
    ("Nord", 0x2e_34_40),
    ("Visual Studio Code", 0x1e_1e_1e),
];

fn capabilities(depth: Depth) -> Capabilities {
    Capabilities {
        depth,
        is_light: None,
        is_console: false,
        answers: true,
    }
}

fn value(color: Color) -> Rgb {
    match color {
        Color::Rgb(red, green, blue) => Rgb(red, green, blue),
        Color::Indexed(number @ 16..) => Rgb::indexed(number),
        other => panic!("{other:?} has no fixed value"),
    }
}

/// The contrast of a role on a ground, or on the background itself.
fn contrast(palette: &Palette, role: Role, ground: Option<Ground>, background: Rgb) -> f64 {
    let (ink, ground) = palette.colors_of(role, ground);
    let ground = ground.filter(|it| *it != Color::Reset);
    value(ink).contrast(ground.map_or(background, value))
}

#[test]
fn every_role_is_readable_on_every_ground_that_it_is_used_on() {
    for (name, background) in BACKGROUNDS {
        let background = Rgb::hex(background);
        for depth in [Depth::True, Depth::Indexed] {
            let palette = Palette::new(Theme::Auto, &capabilities(depth), Some(background));
            for role in Role::ALL {
                let Some(least) = role.contrast() else {
                    continue;
                };
                let base = role.is_on_background().then_some(None);
                let grounds = role.grounds().iter().copied().map(Some);
                for ground in base.into_iter().chain(grounds) {
                    let found = contrast(&palette, role, ground, background);
                    assert!(found >= least, "{role:?} on {ground:?}, {name}: {found:.2}");
                }
            }
        }
    }
}

/// The theme for a background.
fn theme_on(background: Rgb) -> Theme {
    if is_light(background) {
        Theme::Light
    } else {
        Theme::Dark
    }
}

/// The table as it is, for a background that the terminal does not tell.
#[test]
fn the_table_is_readable_on_usual_backgrounds() {
    for (name, background) in BACKGROUNDS {
        let background = Rgb::hex(background);
        let theme = theme_on(background);
        for depth in [Depth::True, Depth::Indexed] {
            let palette = Palette::new(theme, &capabilities(depth), None);
            let roles = Role::ALL.into_iter().filter(|it| it.is_on_background());
            for role in roles.filter(|it| it.contrast().is_some()) {
                let found = contrast(&palette, role, None, background);
                assert!(found >= 4.5, "{role:?}, {name}, {depth:?}: {found:.2}");
            }
            if depth == Depth::True {
                for role in Role::ALL.into_iter().filter(|it| it.contrast().is_some()) {
                    for &ground in role.grounds() {
                        let found = contrast(&palette, role, Some(ground), background);
                        assert!(found >= 4.5, "{role:?} on {ground:?}, {name}: {found:.2}");
                    }
                }
            }
        }
    }
}

/// A row of a text in each role on each ground, and of a blank.
fn painted(palette: &Palette, text: &str) -> Buffer {
    let width = u16::try_from(Role::ALL.len()).unwrap();
    let height = u16::try_from(Ground::ALL.len()).unwrap();
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    for (y, ground) in (0..).zip(Ground::ALL) {
        for (x, role) in (0..).zip(Role::ALL) {
            let style = role.style().patch(ground.style());
            buffer.set_string(x, y, text, style);
        }
    }
    palette.paint(&mut buffer);
    buffer
}

#[test]
fn sixteen_colours_are_those_of_the_user() {
    for is_light in [false, true] {
        let terminal = Capabilities {
            depth: Depth::Sixteen,
            is_light: Some(is_light),
            is_console: false,
            answers: false,
        };
        let palette = Palette::new(Theme::Auto, &terminal, None);
        for cell in painted(&palette, "a").content {
            for color in [cell.fg, cell.bg] {
                let has_fixed_value = matches!(color, Color::Rgb(..) | Color::Indexed(_));
                // Bright black is the background in the palette of Solarized.
                assert!(!has_fixed_value && color != Color::DarkGray, "{color:?}");
            }
        }
    }
}

#[test]
fn no_colour_leaves_shapes_and_attributes() {
    let palette = Palette::new(Theme::Dark, &capabilities(Depth::None), None);
    for cell in painted(&palette, "a").content {
        assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
        assert!(!cell.modifier.contains(Modifier::DIM));
    }
}

#[test]
fn stripes_differ_from_the_background_wherever_there_are_colours() {
    for (name, background) in BACKGROUNDS {
        let background = Rgb::hex(background);
        let theme = theme_on(background);
        for answer in [Some(background), None] {
            let palette = Palette::new(theme, &capabilities(Depth::True), answer);
            let (_, ground) = palette.colors_of(Role::Text, Some(Ground::Stripe));
            let contrast = value(ground.unwrap()).contrast(background);
            assert!(contrast > 1.0, "{name}: {contrast}");
        }
    }
}

/// The mark fills half of its cell: in reverse, it would fill the other half.
#[test]
fn the_mark_of_the_selected_row_is_not_reversed() {
    for (depth, theme) in [
        (Depth::Sixteen, Theme::Dark),
        (Depth::Sixteen, Theme::Light),
        (Depth::None, Theme::Dark),
    ] {
        let palette = Palette::new(theme, &capabilities(depth), None);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
        let style = Role::Accent.style().patch(Ground::Sel.style());
        buffer.set_string(0, 0, "▌a", style);
        palette.paint(&mut buffer);
        let reversed = [0, 1].map(|x| buffer[(x, 0)].modifier.contains(Modifier::REVERSED));
        assert_eq!(reversed, [false, true], "{depth:?} {theme:?}");
    }
}

#[test]
fn blanks_have_no_ink() {
    for depth in [Depth::None, Depth::Sixteen, Depth::Indexed, Depth::True] {
        let palette = Palette::new(Theme::Dark, &capabilities(depth), None);
        for row in painted(&palette, " ").content.chunks(Role::ALL.len()) {
            // One is not drawn at all, the other marks its blanks where there are no colours.
            let is_special = |role: &Role| matches!(role, Role::Scrim | Role::Tab);
            let cells = Role::ALL
                .iter()
                .zip(row)
                .filter(|(role, _)| !is_special(role));
            let mut cells = cells.map(|(_, cell)| cell);
            let first = cells.next().unwrap();
            assert!(cells.all(|cell| cell.modifier == first.modifier && cell.bg == first.bg));
        }
    }
}

#[test]
fn what_lies_under_a_sheet_is_blank_where_nothing_fades() {
    let cases = [
        (Depth::None, false, " "),
        (Depth::Sixteen, true, " "),
        (Depth::Sixteen, false, "a"),
        (Depth::Indexed, true, "a"),
        (Depth::True, false, "a"),
    ];
    for (depth, is_light, expected) in cases {
        let terminal = Capabilities {
            is_light: Some(is_light),
            ..capabilities(depth)
        };
        let palette = Palette::new(Theme::Auto, &terminal, None);
        let mut buffer = Buffer::with_lines(["ab"]);
        super::fade(&mut buffer.content[0], false);
        super::fade(&mut buffer.content[1], true);
        palette.paint(&mut buffer);
        assert_eq!(buffer.content[0].symbol(), expected, "{depth:?} {is_light}");
        assert_eq!(buffer.content[1].symbol(), "b");
    }
}

/// The variables, and the capabilities.
#[test]
fn the_environment_says_how_many_colours_there_are() {
    type Case<'a> = (&'a [(&'a str, &'a str)], Depth, Option<bool>, bool);
    let cases: [Case<'_>; 8] = [
        (&[], Depth::Sixteen, None, false),
        (&[("TERM", "linux")], Depth::Sixteen, None, false),
        (&[("TERM", "dumb")], Depth::None, None, false),
        (&[("TERM", "xterm")], Depth::Sixteen, None, true),
        (&[("TERM", "xterm-256color")], Depth::Indexed, None, true),
        (
            &[("TERM", "tmux-256color"), ("COLORTERM", "truecolor")],
            Depth::True,
            None,
            true,
        ),
        (
            &[("TERM", "rxvt"), ("COLORFGBG", "0;default;15")],
            Depth::Sixteen,
            Some(true),
            true,
        ),
        (
            &[
                ("COLORTERM", "24bit"),
                ("NO_COLOR", "1"),
                ("COLORFGBG", "15;0"),
            ],
            Depth::None,
            Some(false),
            false,
        ),
    ];
    for (variables, depth, is_light, answers) in cases {
        let env = |name: &str| {
            let found = variables.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let expected = Capabilities {
            depth,
            is_light,
            is_console: variables.contains(&("TERM", "linux")),
            answers,
        };
        assert_eq!(Capabilities::from_env(env), expected, "{variables:?}");
    }
}

#[test]
fn the_theme_decides_before_the_terminal() {
    let white = Some(Rgb::hex(0xff_ff_ff));
    let terminal = capabilities(Depth::True);
    let palette = |theme, background| Palette::new(theme, &terminal, background);
    let dark = palette(Theme::Dark, None);
    assert_eq!(palette(Theme::Dark, white), dark);
    assert_eq!(palette(Theme::Auto, None), dark);
    assert_ne!(palette(Theme::Auto, white), dark);
    assert_ne!(palette(Theme::Light, None), dark);
    let colors = palette(Theme::Terminal, white).colors_of(Role::Accent, None);
    assert_eq!(colors, (Color::Blue, None));
}

#[test]
fn colours_of_answers_are_parsed() {
    let cases = [
        ("rgb:0000/2b2b/3636", Some(0x00_2b_36)),
        ("rgb:ff/ff/ff", Some(0xff_ff_ff)),
        ("rgb:f/8/0", Some(0xff_88_00)),
        ("rgba:1e1e/1e1e/1e1e/ffff", Some(0x1e_1e_1e)),
        ("#282c34", Some(0x28_2c_34)),
        ("rgb:00000/0/0", None),
        ("rgb:+1/0/0", None),
        ("rgb:0/0", None),
        ("#28é34", None),
        ("black", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_color(text), expected.map(Rgb::hex), "{text}");
    }
}

#[test]
fn the_256_colours_have_their_values() {
    let cases = [
        (16, 0x00_00_00),
        (111, 0x87_af_ff),
        (231, 0xff_ff_ff),
        (232, 0x08_08_08),
        (255, 0xee_ee_ee),
    ];
    for (number, expected) in cases {
        assert_eq!(Rgb::indexed(number), Rgb::hex(expected), "{number}");
        assert_eq!(Rgb::hex(expected).nearest_index(), number);
    }
}
