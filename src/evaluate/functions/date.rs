//! Dates. <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date>
//!
//! `dateTimeAdd('2020-04-07 14:53:14Z', 'P3Y')`. Of the formats of .NET those are computed that consist of numbers.

use super::{
    Failure, Function, FunctionContext, Outcome, composed, composed_text, error, function, integer,
    text,
};
use crate::value::{Shape, Value, ValueKind};
use jiff::civil::DateTime;
use jiff::{Span, Timestamp};

pub(super) const FUNCTIONS: &[Function] = &[
    function("dateTimeAdd", 2, 3, Shape::String, date_time_add),
    function(
        "dateTimeFromEpoch",
        1,
        1,
        Shape::String,
        date_time_from_epoch,
    ),
    function("dateTimeToEpoch", 1, 1, Shape::Integer, date_time_to_epoch),
];

/// The clock time in UTC that a text names.
fn instant(name: &str, value: &Value) -> Result<DateTime, Failure> {
    let written = text(name, value)?;
    let with_zone = written.trim().replacen(' ', "T", 1);
    let parsed = with_zone
        .parse::<Timestamp>()
        .ok()
        .map(|timestamp| jiff::tz::TimeZone::UTC.to_datetime(timestamp))
        .or_else(|| with_zone.parse::<DateTime>().ok());
    match parsed {
        Some(instant) => Ok(instant),
        None => error(format!("`{written}` is no date")),
    }
}

fn printed(instant: DateTime) -> String {
    format!("{}Z", instant.strftime("%Y-%m-%dT%H:%M:%S"))
}

fn date_time_add(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let base = instant("dateTimeAdd", &arguments[0])?;
    let written = text("dateTimeAdd", &arguments[1])?;
    let Ok(duration) = written.parse::<Span>() else {
        return error(format!("`{written}` is no duration"));
    };
    let Ok(instant) = base.checked_add(fixed(&duration)) else {
        return error("the date is out of bounds");
    };
    let text = match arguments.get(2) {
        Some(format) => formatted(instant, text("dateTimeAdd", format)?),
        None => Some(printed(instant)),
    };
    composed_text(context, arguments, text.ok_or(Failure::Unknown)?)
}

/// A date in a format of .NET; `None` where the format has more than numbers and what stands between them.
/// <https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings>
fn formatted(instant: DateTime, format: &str) -> Option<String> {
    // A single letter names a whole format.
    if format.len() < 2 {
        return None;
    }
    let mut written = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let after = rest.trim_start_matches(first);
        let run = &rest[..rest.len() - after.len()];
        written.push_str(match run {
            "yyyy" => "%Y",
            "yy" => "%y",
            "MM" => "%m",
            "M" => "%-m",
            "dd" => "%d",
            "d" => "%-d",
            "HH" => "%H",
            "H" => "%-H",
            "mm" => "%M",
            "m" => "%-M",
            "ss" => "%S",
            "s" => "%-S",
            "-" | "/" | ":" | "." | " " | "T" | "Z" => run,
            _ => return None,
        });
        rest = after;
    }
    Some(instant.strftime(&written).to_string())
}

/// A duration as .NET reads it: a year is 365 days and a month 30, whatever the calendar says.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date#datetimeadd>
fn fixed(duration: &Span) -> Span {
    let years = i64::from(duration.get_years());
    let months = i64::from(duration.get_months());
    let days = years * 365
        + months * 30
        + i64::from(duration.get_weeks()) * 7
        + i64::from(duration.get_days());
    let whole = duration.years(0).months(0).weeks(0);
    whole.try_days(days).unwrap_or_default()
}

fn date_time_from_epoch(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let seconds = integer("dateTimeFromEpoch", &arguments[0])?;
    match Timestamp::from_second(seconds) {
        Ok(timestamp) => composed_text(
            context,
            arguments,
            printed(jiff::tz::TimeZone::UTC.to_datetime(timestamp)),
        ),
        Err(_) => error("the date is out of bounds"),
    }
}

fn date_time_to_epoch(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let instant = instant("dateTimeToEpoch", &arguments[0])?;
    match jiff::tz::TimeZone::UTC.to_timestamp(instant) {
        Ok(timestamp) => Ok(composed(
            context,
            arguments,
            ValueKind::Integer(timestamp.as_second()),
        )),
        Err(_) => error("the date is out of bounds"),
    }
}
