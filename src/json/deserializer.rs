//! Typed values out of a JSON [`Value`]: serde's `Deserializer`.
//!
//! * The last of two members of one name counts, as with `JSON.parse`.
//! * Whole numbers are read in decimal digits. JSON has no bytes, so a number that is no `u64` (a fraction, a negative number)
//!   reaches a visitor as the bytes of its text; [`Value`] itself is read that way.
//! * A field that may be absent has `#[serde(default)]`, also if it is an `Option`. `alias` and `flatten` are not supported.
//! * An enum is its name as a string, or an object with the name as its only member.

use core::fmt;
use core::slice;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use crate::json::Value;
use crate::json::error::{Error, Problem};

impl Value {
    fn unexpected(&self, visitor: &dyn serde::de::Expected) -> Error {
        Error::new(match self {
            Self::Null => Problem::Missing,
            _ => Problem::Expected(visitor.to_string()),
        })
    }
}

/// Whole numbers, from the text of one.
macro_rules! whole_numbers {
    ($($deserialize:ident $visit:ident $number:ty,)+) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self {
                Value::Number(text) => match text.parse::<$number>() {
                    Ok(number) => visitor.$visit(number),
                    Err(_) => Err(self.unexpected(&visitor)),
                },
                _ => Err(self.unexpected(&visitor)),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for &'de Value {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(text) => match text.parse() {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_borrowed_bytes(text.as_bytes()),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items { items: items.iter(), index: 0 }),
            Value::Object(members) => visitor.visit_map(Members { members: members.iter(), next: None }),
        }
    }

    whole_numbers! {
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_i64 visit_i64 i64,
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::String(text) => visitor.visit_borrowed_str(text),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Null => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut fields = Fields::of(self, fields)?;
        visitor.visit_seq(&mut fields).map_err(|error| error.in_member(fields.name))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Value::String(name) => visitor.visit_enum(Variant { name, value: &Value::Null }),
            Value::Object(members) if let [(name, value)] = members.as_slice() => {
                visitor.visit_enum(Variant { name, value })
            }
            _ => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier
    }
}

/// The items of an array.
struct Items<'de> {
    items: slice::Iter<'de, Value>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(item).map(Some).map_err(|error| error.in_item(index))
    }
}

/// All members of an object, in the order of the text.
struct Members<'de> {
    members: slice::Iter<'de, (String, Value)>,
    next: Option<&'de (String, Value)>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.next = self.members.next();
        self.next.map(|(name, _)| seed.deserialize(BorrowedStrDeserializer::new(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((name, value)) = self.next.take() else { return Err(Error::new(Problem::Missing)) };
        seed.deserialize(value).map_err(|error| error.in_member(name))
    }
}

/// The fields of a struct as a sequence, in the struct's order. A field that the object does not have is `None`, and derived code
/// takes its `#[serde(default)]`. Derived code also reads maps, but a sequence needs no comparison of names and no check for
/// duplicates, which is a third of the code (docs/adr/0012).
struct Fields<'de> {
    object: &'de Value,
    names: slice::Iter<'static, &'static str>,
    /// The field that was read last.
    name: &'static str,
}

impl<'de> SeqAccess<'de> for Fields<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.next_member().map(|value| seed.deserialize(value)).transpose()
    }
}

impl<'de> Fields<'de> {
    fn of(object: &'de Value, names: &'static [&'static str]) -> Result<Self, Error> {
        match object {
            Value::Object(_) => Ok(Self { object, names: names.iter(), name: "" }),
            _ => Err(object.unexpected(&"an object")),
        }
    }

    /// The member of the next field.
    fn next_member(&mut self) -> Option<&'de Value> {
        self.name = self.names.next()?;
        self.object.get(self.name)
    }
}

/// A variant of an enum, with its value where it has one.
struct Variant<'de> {
    name: &'de str,
    value: &'de Value,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = &'de Value;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, &'de Value), Error> {
        seed.deserialize(BorrowedStrDeserializer::<Error>::new(self.name)).map(|variant| (variant, self.value))
    }
}

impl<'de> VariantAccess<'de> for &'de Value {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.deserialize_struct("", fields, visitor)
    }
}

/// Any JSON value, for a field that has no type of its own.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.to_string()))
    }

    fn visit_bytes<E: serde::de::Error>(self, number: &[u8]) -> Result<Value, E> {
        String::from_utf8(number.to_vec()).map(Value::Number).map_err(E::custom)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Value::Object(members))
    }
}
