//! The lexer and parser of Bicep against the compiler's own baselines, and over real files.

use super::{corpora, samples};
use amllint::diagnostic::Kind;
use amllint::lint::on_large_stack;
use amllint::source::{SourceFile, Sources};
use amllint::syntax::bicep::{Dialect, StatementKind, SyntaxTree, TokenKind, lex, parse};
use amllint::syntax::problems::Problems;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What the compiler calls a kind of token.
fn compilers_name(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::At => "At",
        TokenKind::Unrecognized => "Unrecognized",
        TokenKind::LeftBrace => "LeftBrace",
        TokenKind::RightBrace => "RightBrace",
        TokenKind::LeftParenthesis => "LeftParen",
        TokenKind::RightParenthesis => "RightParen",
        TokenKind::LeftBracket => "LeftSquare",
        TokenKind::RightBracket => "RightSquare",
        TokenKind::Comma => "Comma",
        TokenKind::Dot => "Dot",
        TokenKind::Ellipsis => "Ellipsis",
        TokenKind::Question => "Question",
        TokenKind::DoubleQuestion => "DoubleQuestion",
        TokenKind::Colon => "Colon",
        TokenKind::DoubleColon => "DoubleColon",
        TokenKind::Semicolon => "Semicolon",
        TokenKind::Assignment => "Assignment",
        TokenKind::Arrow => "Arrow",
        TokenKind::Plus => "Plus",
        TokenKind::Minus => "Minus",
        TokenKind::Asterisk => "Asterisk",
        TokenKind::Slash => "Slash",
        TokenKind::Percent => "Modulo",
        TokenKind::Caret => "Hat",
        TokenKind::Exclamation => "Exclamation",
        TokenKind::Less => "LeftChevron",
        TokenKind::Greater => "RightChevron",
        TokenKind::LessOrEqual => "LessThanOrEqual",
        TokenKind::GreaterOrEqual => "GreaterThanOrEqual",
        TokenKind::Equal => "Equals",
        TokenKind::NotEqual => "NotEquals",
        TokenKind::EqualInsensitive => "EqualsInsensitive",
        TokenKind::NotEqualInsensitive => "NotEqualsInsensitive",
        TokenKind::And => "LogicalAnd",
        TokenKind::Or => "LogicalOr",
        TokenKind::Pipe => "Pipe",
        TokenKind::Identifier => "Identifier",
        TokenKind::StringComplete => "StringComplete",
        TokenKind::StringLeft => "StringLeftPiece",
        TokenKind::StringMiddle => "StringMiddlePiece",
        TokenKind::StringRight => "StringRightPiece",
        TokenKind::Integer => "Integer",
        TokenKind::True => "TrueKeyword",
        TokenKind::False => "FalseKeyword",
        TokenKind::Null => "NullKeyword",
        TokenKind::NewLine => "NewLine",
        TokenKind::EndOfFile => "EndOfFile",
    }
}

/// A token: UTF-16 columns in its line, the compiler's name of its kind.
type Placed = (usize, usize, String);

/// The tokens that a baseline lists: `//@[start:end) Kind |text|` behind the line they begin in.
fn listed_tokens(baseline: &str) -> Vec<Placed> {
    let mut listed = Vec::new();
    for text in baseline.split('\n') {
        let Some(token) = text.strip_prefix("//@[") else {
            continue;
        };
        let (range, rest) = token.split_once(") ").expect("a range");
        let (start, end) = range.split_once(':').expect("a start and an end");
        let kind = rest.split(' ').next().unwrap_or_default();
        let number = |digits: &str| digits.parse().expect("a number");
        listed.push((number(start), number(end), kind.to_owned()));
    }
    listed
}

fn our_tokens(text: &str) -> Vec<Placed> {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("main.bicep", text));
    let mut problems = Problems::new(file, Kind::SYNTAX_BICEP);
    let tokens = lex(text, &mut problems).tokens;
    let units = |text: &str| text.encode_utf16().count();
    let placed = tokens.iter().map(|token| {
        let (start, end) = (token.start as usize, token.end as usize);
        let before = &text[..start];
        let line = before.rsplit('\n').next().unwrap_or_default();
        let column = units(line.trim_start_matches('\u{feff}'));
        let length = units(&text[start..end]);
        let kind = compilers_name(token.kind).to_owned();
        (column, column + length, kind)
    });
    placed.collect()
}

fn read(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    Some(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

fn baselines() -> Vec<PathBuf> {
    let mut folders: Vec<_> = std::fs::read_dir(samples().join("baselines"))
        .expect("the folder is readable")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("main.bicep").is_file())
        .collect();
    folders.sort();
    folders
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the figures are what the comparison is for"
)]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn tokens_are_those_of_the_compiler() {
    let (mut datasets, mut tokens, mut different) = (0, 0, Vec::new());
    for folder in baselines() {
        let Some(baseline) = read(&folder.join("main.tokens.bicep")) else {
            continue;
        };
        let text = std::fs::read_to_string(folder.join("main.bicep")).expect("it is readable");
        let (mut ours, mut theirs) = (our_tokens(&text), listed_tokens(&baseline));
        // A baseline whose last token is not closed does not list the end of the file.
        for tokens in [&mut ours, &mut theirs] {
            tokens.retain(|(.., kind)| kind != "EndOfFile");
        }
        datasets += 1;
        tokens += theirs.len();
        if ours != theirs {
            let first = ours
                .iter()
                .zip(&theirs)
                .position(|(one, other)| one != other);
            let first = first.unwrap_or_else(|| ours.len().min(theirs.len()));
            different.push(format!(
                "{}: token {first}: ours {:?}, theirs {:?}",
                folder.display(),
                ours.get(first),
                theirs.get(first)
            ));
        }
    }
    eprintln!(
        "{datasets} datasets, {tokens} tokens, {} differ",
        different.len()
    );
    assert!(different.is_empty(), "{different:#?}");
}

/// Diagnostics of the compiler's lexer and parser, by number.
const SYNTAX_CODES: [u16; 63] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 32, 64, 68,
    87, 96, 97, 103, 117, 118, 123, 133, 136, 140, 162, 167, 201, 202, 226, 236, 237, 238, 243,
    249, 257, 266, 279, 300, 305, 317, 322, 325, 337, 344, 346, 347, 354, 355, 356, 375, 404,
];

/// Lines (0-based) of the errors in `main.diagnostics.bicep` that the compiler's lexer or parser raised:
/// `//@[start:end) [BCP001 (Error)] ...` behind the line.
fn listed_syntax_errors(baseline: &str) -> Vec<usize> {
    let mut line = 0_usize;
    let mut listed = Vec::new();
    for text in baseline.split('\n') {
        let Some(told) = text.strip_prefix("//@[") else {
            line += 1;
            continue;
        };
        let Some((_, rest)) = told.split_once(") [BCP") else {
            continue;
        };
        let code = rest
            .split(' ')
            .next()
            .and_then(|digits| digits.parse().ok());
        if code.is_some_and(|code| SYNTAX_CODES.contains(&code)) && rest.contains("(Error)") {
            listed.push(line - 1);
        }
    }
    listed
}

/// The symbols that `main.symbols.bicep` lists: `//@[start:end) Variable name. Type: ...`.
fn listed_symbols(baseline: &str) -> Vec<String> {
    const DECLARED: [&str; 8] = [
        "Parameter",
        "Variable",
        "Resource",
        "Module",
        "Output",
        "Metadata",
        "TypeAlias",
        "Assert",
    ];
    let mut listed = Vec::new();
    for text in baseline.split('\n') {
        let Some((_, rest)) = text
            .strip_prefix("//@[")
            .and_then(|told| told.split_once(") "))
        else {
            continue;
        };
        let mut words = rest.split(' ');
        let kind = words.next().unwrap_or_default();
        let name = words.next().unwrap_or_default().trim_end_matches('.');
        if DECLARED.contains(&kind) && !name.starts_with('<') {
            listed.push(format!("{kind} {name}"));
        }
    }
    listed.sort();
    listed.dedup();
    listed
}

fn our_symbols(tree: &SyntaxTree) -> Vec<String> {
    let mut symbols = Vec::new();
    let nested = (0..).map_while(|position| tree.get_statement(position));
    for statement in nested {
        let (kind, name) = match &statement.kind {
            StatementKind::Parameter { name, .. } => ("Parameter", name),
            StatementKind::Variable { name, .. } => ("Variable", name),
            StatementKind::Resource { name, .. } => ("Resource", name),
            StatementKind::Module { name, .. } => ("Module", name),
            StatementKind::Output { name, .. } => ("Output", name),
            StatementKind::Metadata { name, .. } => ("Metadata", name),
            StatementKind::Type { name, .. } => ("TypeAlias", name),
            StatementKind::Assert { name, .. } => ("Assert", name),
            StatementKind::TargetScope(_)
            | StatementKind::Function { .. }
            | StatementKind::Test { .. }
            | StatementKind::Import { .. }
            | StatementKind::Extension { .. }
            | StatementKind::Using(_)
            | StatementKind::Extends(_)
            | StatementKind::Assignment { .. }
            | StatementKind::ExtensionConfig
            | StatementKind::Missing => continue,
        };
        symbols.push(format!("{kind} {}", tree.name(*name)));
    }
    symbols
}

/// A tree of a text and the 0-based lines of its diagnostics.
fn parsed(text: &str, dialect: Dialect) -> (SyntaxTree, Vec<(usize, String)>) {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("main.bicep", text));
    let (tree, diagnostics) = parse(file, sources.get(file), dialect);
    let told = diagnostics.iter().map(|diagnostic| {
        let start = diagnostic.primary.span.start as usize;
        let line = text[..start].matches('\n').count();
        (line, diagnostic.message.clone())
    });
    let told = told.collect();
    (tree, told)
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the figures are what the comparison is for"
)]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn mistakes_are_found_where_the_compiler_finds_them() {
    let (mut invalid, mut all_symbols, mut far) = (0, 0, Vec::new());
    for folder in baselines() {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let text = read(&folder.join("main.bicep")).expect("it is readable");
        let (tree, told) = on_large_stack(|| parsed(&text, Dialect::Template));
        let diagnostics = read(&folder.join("main.diagnostics.bicep")).unwrap_or_default();
        let theirs = listed_syntax_errors(&diagnostics).into_iter().min();
        let ours = told.first();
        let near = match (theirs, ours) {
            (None, None) => true,
            (Some(theirs), Some((ours, _))) => theirs.abs_diff(*ours) <= 1,
            (None, Some(_)) | (Some(_), None) => false,
        };
        if !near {
            far.push(format!("{name}: theirs {theirs:?}, ours {ours:?}"));
        }
        if !name.starts_with("Invalid") {
            continue;
        }
        invalid += 1;
        let symbols = read(&folder.join("main.symbols.bicep")).unwrap_or_default();
        let ours = our_symbols(&tree);
        let missed: Vec<_> = listed_symbols(&symbols)
            .into_iter()
            .filter(|symbol| !ours.contains(symbol))
            .collect();
        if missed.is_empty() {
            all_symbols += 1;
        } else {
            eprintln!("{name}: {missed:?}");
        }
    }
    eprintln!(
        "{invalid} invalid datasets, every symbol found in {all_symbols}; first mistakes apart in {far:#?}"
    );
    assert!(far.is_empty() && all_symbols >= 20);
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the figures are what the survey is for"
)]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn bicep_of_real_repositories_parses() {
    // So many files have to be there, and none of them may have a mistake; of the others nobody says that they are right.
    let (user, landing_zones) = (
        samples().join("user_submitted"),
        corpora().join("ALZ-Bicep"),
    );
    for (folder, valid) in [
        (corpora().join("bicep-registry-modules"), Some(2_349)),
        (user, Some(145)),
        (landing_zones, Some(80)),
        (corpora(), None),
    ] {
        let (mut files, mut bytes, mut broken) = (0, 0, Vec::new());
        let (mut total, mut lexing, mut slowest) = (
            Duration::ZERO,
            Duration::ZERO,
            (Duration::ZERO, PathBuf::new()),
        );
        for entry in walkdir::WalkDir::new(&folder).into_iter().flatten() {
            let Some(dialect) = Dialect::of(&entry.path().to_string_lossy()) else {
                continue;
            };
            let Ok(text) = std::fs::read(entry.path()) else {
                continue;
            };
            files += 1;
            bytes += text.len();
            let (source, _) = SourceFile::decode("main.bicep", text);
            let mut sources = Sources::default();
            let file = sources.add(source);
            let source = sources.get(file);
            let started = Instant::now();
            let mut problems = Problems::new(file, Kind::SYNTAX_BICEP);
            let tokens = lex(source.text(), &mut problems).tokens.len();
            lexing += started.elapsed();
            let started = Instant::now();
            let (tree, diagnostics) = on_large_stack(|| parse(file, source, dialect));
            let took = started.elapsed();
            total += took;
            if took > slowest.0 {
                slowest = (took, entry.path().to_owned());
            }
            assert!(tree.len() <= 2 * tokens + 1);
            if let Some(first) = diagnostics.first() {
                broken.push(format!("{}: {}", entry.path().display(), first.message));
            }
        }
        if files > 0 {
            eprintln!(
                "{}: {files} files, {bytes} bytes, lexed in {lexing:?}, parsed in {total:?}, slowest {slowest:?}, {} with mistakes",
                folder.display(),
                broken.len()
            );
            broken.iter().take(20).for_each(|one| eprintln!("  {one}"));
        }
        assert!(valid.is_none_or(|valid| files >= valid && broken.is_empty()));
    }
}
