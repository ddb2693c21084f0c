//! The table of key bindings against the messages, and against itself.

use epic::{
    keys::BINDINGS,
    messages::{Lang, Messages},
    record::Tab,
};

#[test]
fn every_key_and_label_has_a_message_in_every_language() {
    for lang in Lang::ALL {
        let messages = Messages::new(lang);
        for binding in BINDINGS {
            assert_ne!(messages.get(binding.label), binding.label, "{lang:?}");
            for key in binding.keys {
                let name = key.name(&messages);
                assert!(!name.is_empty() && !name.contains("keyname"), "{key:?}");
            }
        }
        for tab in Tab::ALL {
            let screen = tab.screen();
            let headers = (screen.headers)();
            let fields = screen.create.fields.iter().chain(screen.edit.fields);
            let ids = headers
                .iter()
                .map(|header| header.title)
                .chain(screen.filters.iter().map(|filter| filter.label))
                .chain(screen.orders.iter().map(|(label, _)| *label))
                .chain(fields.map(|field| field.label))
                .chain([screen.title, screen.record_title, screen.empty_text])
                .chain([screen.create.title, screen.edit.title]);
            for id in ids {
                assert_ne!(messages.get(id), id, "{lang:?}");
            }
        }
    }
}

#[test]
fn no_key_has_two_bindings_in_one_context() {
    for (index, binding) in BINDINGS.iter().enumerate() {
        for other in &BINDINGS[index + 1..] {
            if binding.context == other.context {
                let twice = binding.keys.iter().find(|key| other.keys.contains(key));
                assert!(twice.is_none(), "{twice:?} in {:?}", binding.context);
            }
        }
    }
}
