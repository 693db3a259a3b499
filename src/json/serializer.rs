//! A JSON [`Value`] out of typed values: serde's `Serializer`.
//!
//! What is absent (`None`, `()`) becomes `null`. Floating point numbers and enums with several fields are refused: nothing here has
//! them.

use core::fmt::Display;

use serde::Serialize;
use serde::ser::{Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer};

use crate::json::Value;
use crate::json::error::{Error, Problem};

/// Makes a value.
pub struct ValueSerializer;

/// An array in the making.
pub struct ArraySerializer(Vec<Value>);

/// An object in the making, with the name of the member that comes next.
pub struct ObjectSerializer(Vec<(String, Value)>, Option<String>);

type Refused = Impossible<Value, Error>;

fn unsupported<T>() -> Result<T, Error> {
    Err(Error::new(Problem::Unsupported))
}

#[expect(clippy::unnecessary_wraps, reason = "every method of a Serializer answers so")]
fn number(number: impl Display) -> Result<Value, Error> {
    Ok(Value::Number(number.to_string()))
}

impl Serializer for ValueSerializer {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = ArraySerializer;
    type SerializeTuple = ArraySerializer;
    type SerializeTupleStruct = Refused;
    type SerializeTupleVariant = Refused;
    type SerializeMap = ObjectSerializer;
    type SerializeStruct = ObjectSerializer;
    type SerializeStructVariant = Refused;

    fn serialize_bool(self, flag: bool) -> Result<Value, Error> {
        Ok(Value::Bool(flag))
    }

    fn serialize_i8(self, value: i8) -> Result<Value, Error> {
        number(value)
    }

    fn serialize_i16(self, value: i16) -> Result<Value, Error> {
        number(value)
    }

    fn serialize_i32(self, value: i32) -> Result<Value, Error> {
        number(value)
    }

    fn serialize_i64(self, value: i64) -> Result<Value, Error> {
        number(value)
    }

    fn serialize_u8(self, value: u8) -> Result<Value, Error> {
        number(value)
    }

    fn serialize_u16(self, value: u16) -> Result<Value, Error> {
        number(value)
    }

    fn serialize_u32(self, value: u32) -> Result<Value, Error> {
        number(value)
    }

    fn serialize_u64(self, value: u64) -> Result<Value, Error> {
        number(value)
    }

    fn serialize_f32(self, _: f32) -> Result<Value, Error> {
        unsupported()
    }

    fn serialize_f64(self, _: f64) -> Result<Value, Error> {
        unsupported()
    }

    fn serialize_char(self, value: char) -> Result<Value, Error> {
        Ok(Value::String(value.into()))
    }

    fn serialize_str(self, text: &str) -> Result<Value, Error> {
        Ok(Value::String(text.into()))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, Error> {
        unsupported()
    }

    fn serialize_none(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Error> {
        Ok(Value::String(variant.into()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        let value = value.serialize(self).map_err(|error| error.in_member(variant))?;
        Ok(Value::Object(vec![(variant.into(), value)]))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<ArraySerializer, Error> {
        Ok(ArraySerializer(Vec::with_capacity(length.unwrap_or_default())))
    }

    fn serialize_tuple(self, length: usize) -> Result<ArraySerializer, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Refused, Error> {
        unsupported()
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Refused, Error> {
        unsupported()
    }

    fn serialize_map(self, length: Option<usize>) -> Result<ObjectSerializer, Error> {
        Ok(ObjectSerializer(Vec::with_capacity(length.unwrap_or_default()), None))
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<ObjectSerializer, Error> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Refused, Error> {
        unsupported()
    }
}

impl SerializeSeq for ArraySerializer {
    type Ok = Value;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let index = self.0.len();
        self.0.push(value.serialize(ValueSerializer).map_err(|error| error.in_item(index))?);
        Ok(())
    }

    fn end(self) -> Result<Value, Error> {
        Ok(Value::Array(self.0))
    }
}

impl SerializeTuple for ArraySerializer {
    type Ok = Value;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Value, Error> {
        SerializeSeq::end(self)
    }
}

impl ObjectSerializer {
    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        let value = value.serialize(ValueSerializer).map_err(|error| error.in_member(name))?;
        self.0.push((name.into(), value));
        Ok(())
    }
}

impl SerializeStruct for ObjectSerializer {
    type Ok = Value;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.member(name, value)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(Value::Object(self.0))
    }
}

impl SerializeMap for ObjectSerializer {
    type Ok = Value;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        match key.serialize(ValueSerializer)? {
            Value::String(name) | Value::Number(name) => self.1 = Some(name),
            _ => return unsupported(),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let Some(name) = self.1.take() else { return unsupported() };
        self.member(&name, value)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(Value::Object(self.0))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Number(text) => match (text.parse::<u64>(), text.parse::<i64>()) {
                (Ok(number), _) => serializer.serialize_u64(number),
                (_, Ok(number)) => serializer.serialize_i64(number),
                // Every digit counts; only a text can hold them all.
                _ => serializer.serialize_str(text),
            },
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(name, value)| (name, value))),
        }
    }
}
