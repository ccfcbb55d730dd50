//! `amllint suppressions`: the list of what files silence.

use super::arguments::Suppressions;
use super::given::Given;
use super::posture::{Looking, look_at};
use super::{CLEAN, NOT_ANALYSED, say, write_out};
use crate::error::Result;
use crate::report::suppressions::{closing_line, render};

/// Prints the list.
pub fn suppressions(arguments: Suppressions, given: &mut Given) -> Result<u8> {
    let Suppressions {
        mut look,
        as_of,
        format,
    } = arguments;
    let looking = Looking {
        look: &mut look,
        as_of,
        given,
        for_posture: false,
    };
    let report = match look_at(looking)? {
        Ok((report, _)) => report,
        Err(status) => return Ok(status),
    };
    let suppressions = &report.suppressions;
    write_out(
        &render(suppressions, format.format()),
        look.output_file.as_ref(),
    )?;
    if report.coverage.templates == 0 {
        say("amllint: no deployment template was found");
        return Ok(NOT_ANALYSED);
    }
    if !look.quiet {
        say(&closing_line(suppressions));
    }
    Ok(CLEAN)
}
