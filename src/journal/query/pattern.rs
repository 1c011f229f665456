use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures};
use regex_automata::{Anchored, Input};
use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::hir::translate::TranslatorBuilder;

use super::fold::to_ascii;

/// How deep groups may lie in each other.
const MOST_NESTING: u32 = 50;
/// Bytes that the automaton of a pattern may take: `(a{1000}){1000}` is refused, not built.
const MOST_BYTES: usize = 512 * 1024;
/// Bytes that its states may take while it searches; they are made when needed, and thrown away when they are too many.
const STATES: usize = 1024 * 1024;

/// A regular expression that finds its matches in any bytes, in time that grows with their number alone.
///
/// Read as UTF-8 where it can be: `.`, `[温度]` and `[^,]` stand for a character. `\d`, `\w`, `\s`, `\b` and the case
/// know ASCII only; the tables for all of Unicode would be a tenth of the page.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    ignore_case: bool,
    automaton: Rc<DFA>,
}

/// Why a regular expression cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternFault {
    /// It is not well formed, in the words of the engine.
    Syntax(String),
    /// It would need too much memory.
    TooLarge,
}

impl Pattern {
    /// Compiles a source; `Err` holds the bytes of it that are at fault.
    pub(super) fn new(source: &str, ignore_case: bool) -> Result<Self, (Range<usize>, PatternFault)> {
        let at = |span: &regex_syntax::ast::Span| span.start.offset..span.end.offset;
        let too_large = || (0..source.len(), PatternFault::TooLarge);
        let mut tree = ParserBuilder::new()
            .nest_limit(MOST_NESTING)
            .build()
            .parse(source)
            .map_err(|error| (at(error.span()), PatternFault::Syntax(error.kind().to_string())))?;
        to_ascii(&mut tree, ignore_case);
        let meaning = TranslatorBuilder::new()
            .utf8(false)
            .build()
            .translate(source, &tree)
            .map_err(|error| (at(error.span()), PatternFault::Syntax(error.kind().to_string())))?;
        let config =
            Config::new().utf8(false).nfa_size_limit(Some(MOST_BYTES)).which_captures(WhichCaptures::None);
        let states = Compiler::new().configure(config).build_from_hir(&meaning).map_err(|_| too_large())?;
        // A cache that is too small for the largest state grows to the least that works.
        let config = DFA::config().cache_capacity(STATES).skip_cache_capacity_check(true);
        let automaton = DFA::builder().configure(config).build_from_nfa(states).map_err(|_| too_large())?;
        Ok(Self { source: source.to_owned(), ignore_case, automaton: Rc::new(automaton) })
    }

    /// What [`Self::is_match`] remembers of the states that it met.
    pub(in crate::journal) fn cache(&self) -> Cache {
        self.automaton.create_cache()
    }

    /// Whether it finds anything; `cache` is one of its own.
    pub(in crate::journal) fn is_match(&self, cache: &mut Cache, bytes: &[u8]) -> bool {
        let input = Input::new(bytes).anchored(Anchored::No).earliest(true);
        // The automaton neither gives up nor stops at any byte: it was not told to.
        matches!(self.automaton.try_search_fwd(cache, &input), Ok(Some(_)))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        (&self.source, self.ignore_case) == (&other.source, other.ignore_case)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/{}", self.source, if self.ignore_case { "i" } else { "" })
    }
}
