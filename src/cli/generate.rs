//! What is made from the definition of the command line: completions for shells, manual pages. This is the only door to
//! `clap_complete` and `clap_mangen`.

use super::arguments::{Arguments, Completions, Man};
use super::{CLEAN, write_out};
use crate::error::{Error, Result};
use clap::CommandFactory;
use std::path::Path;

/// Prints the script for a shell.
pub fn completions(wanted: &Completions) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(
        wanted.shell,
        &mut Arguments::command(),
        "amllint",
        &mut script,
    );
    write_out(&String::from_utf8_lossy(&script), None)?;
    Ok(CLEAN)
}

/// Prints the page of the program, or writes those of all commands.
pub fn man(wanted: &Man) -> Result<u8> {
    let mut command = Arguments::command();
    command.build();
    match &wanted.folder {
        None => write_out(&page(&command)?, None)?,
        Some(folder) => write_pages(&command, folder)?,
    }
    Ok(CLEAN)
}

/// Writes the page of a command and those of the commands it has, `amllint-rules-schema.1`.
fn write_pages(command: &clap::Command, folder: &Path) -> Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let path = folder.join(format!("{name}.1"));
    let written = std::fs::create_dir_all(folder);
    written.map_err(|source| Error::Write {
        path: folder.to_owned(),
        source,
    })?;
    write_out(&page(command)?, Some(&path))?;
    let inner = command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help");
    for inner in inner {
        write_pages(inner, folder)?;
    }
    Ok(())
}

fn page(command: &clap::Command) -> Result<String> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command.clone()).render(&mut page);
    rendered.map_err(|source| Error::Write {
        path: "the manual page".into(),
        source,
    })?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
