//! Finds where in a user's table of models a fault is: the key that makes a sound entry unsound.

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

/// Tells whether an entry has no fault.
type IsSound<'a> = &'a dyn Fn(Table) -> bool;

/// Returns where the key stands in the text that is at fault: laid by itself over an entry that is sound, it makes it
/// unsound. None where no key is, but one is missing.
pub(super) fn of_fault(entry: &Table, spans: &DeTable<'_>, sound: &Table, is_sound: IsSound<'_>) -> Option<usize> {
    in_order(spans).into_iter().find_map(|(key, at, value)| {
        let told = entry.get(key)?;
        let with = |value: Value| {
            let mut table = sound.clone();
            table.insert(key.to_owned(), value);
            table
        };
        if is_sound(with(told.clone())) {
            return None;
        }
        let of_rows = |row: Table| is_sound(with(Value::Array(vec![Value::Table(row)])));
        let inside = match (told, value.get_ref(), sound.get(key)) {
            (Value::Array(rows), DeValue::Array(places), Some(Value::Array(known))) => {
                in_rows(rows, places, known, &of_rows)
            }
            _ => None,
        };
        Some(inside.unwrap_or(at))
    })
}

/// Returns where in an entry's rows the fault is: at a key of one, or at one as a whole.
fn in_rows(rows: &[Value], places: &[Spanned<DeValue<'_>>], known: &[Value], is_sound: IsSound<'_>) -> Option<usize> {
    let sound = known.first()?.as_table()?;
    rows.iter().zip(places).find_map(|(row, place)| {
        let (Value::Table(row), DeValue::Table(spans)) = (row, place.get_ref()) else {
            return Some(place.span().start);
        };
        let whole = || (!is_sound(row.clone())).then(|| place.span().start);
        of_fault(row, spans, sound, is_sound).or_else(whole)
    })
}

/// Returns the keys of a table with their places and values, as they follow each other in the text.
fn in_order<'t>(table: &'t DeTable<'_>) -> Vec<(&'t str, usize, &'t Spanned<DeValue<'t>>)> {
    let mut keys: Vec<_> = table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span().start, value)).collect();
    keys.sort_by_key(|(_, at, _)| *at);
    keys
}
