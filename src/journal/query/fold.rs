use regex_syntax::ast::{
    AssertionKind, Ast, ClassAscii, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet,
    ClassSetItem, ClassSetRange, ClassSetUnion, Flag, Flags, FlagsItem, FlagsItemKind, Group, GroupKind,
    Literal, LiteralKind, Span,
};

/// Makes a regular expression ask for ASCII alone where it would need the tables of Unicode: `\d`, `\w`, `\s` and
/// their opposites, `\b` and `\B`, and the case. The tree is no deeper than its parser lets it be.
pub(super) fn to_ascii(tree: &mut Ast, ignore_case: bool) {
    let mut ignore_case = ignore_case;
    fold(tree, &mut ignore_case);
}

/// `ignore_case` is what `(?i)` sets for the rest of the group.
fn fold(tree: &mut Ast, ignore_case: &mut bool) {
    match tree {
        Ast::Flags(set) => take_case(&mut set.flags, ignore_case),
        Ast::Literal(literal) if *ignore_case => {
            if let Some(both) = both_cases(literal) {
                let kind = ClassSet::Item(both);
                let class = ClassBracketed { span: literal.span, negated: false, kind };
                *tree = Ast::class_bracketed(class);
            }
        }
        Ast::Assertion(assertion) => {
            if matches!(assertion.kind, AssertionKind::WordBoundary | AssertionKind::NotWordBoundary) {
                let span = assertion.span;
                let items = [FlagsItemKind::Negation, FlagsItemKind::Flag(Flag::Unicode)];
                let items = items.into_iter().map(|kind| FlagsItem { span, kind }).collect();
                let kind = GroupKind::NonCapturing(Flags { span, items });
                let inner = Box::new(std::mem::replace(tree, Ast::empty(span)));
                *tree = Ast::group(Group { span, kind, ast: inner });
            }
        }
        Ast::ClassPerl(class) => {
            let kind = ClassSet::Item(ClassSetItem::Ascii(ascii(class)));
            *tree = Ast::class_bracketed(ClassBracketed { span: class.span, negated: false, kind });
        }
        Ast::ClassBracketed(class) => fold_set(&mut class.kind, *ignore_case),
        Ast::Repetition(repetition) => fold(&mut repetition.ast, ignore_case),
        Ast::Group(group) => {
            let mut inside = *ignore_case;
            if let GroupKind::NonCapturing(flags) = &mut group.kind {
                take_case(flags, &mut inside);
            }
            fold(&mut group.ast, &mut inside);
        }
        Ast::Alternation(alternation) => {
            alternation.asts.iter_mut().for_each(|each| fold(each, ignore_case));
        }
        Ast::Concat(concat) => concat.asts.iter_mut().for_each(|each| fold(each, ignore_case)),
        Ast::Empty(_) | Ast::Literal(_) | Ast::Dot(_) | Ast::ClassUnicode(_) => {}
    }
}

/// Takes `i` out of flags.
fn take_case(flags: &mut Flags, ignore_case: &mut bool) {
    *ignore_case = flags.flag_state(Flag::CaseInsensitive).unwrap_or(*ignore_case);
    flags.items.retain(|item| item.kind != FlagsItemKind::Flag(Flag::CaseInsensitive));
}

fn fold_set(set: &mut ClassSet, ignore_case: bool) {
    match set {
        ClassSet::Item(item) => fold_item(item, ignore_case),
        ClassSet::BinaryOp(operation) => {
            fold_set(&mut operation.lhs, ignore_case);
            fold_set(&mut operation.rhs, ignore_case);
        }
    }
}

fn fold_item(item: &mut ClassSetItem, ignore_case: bool) {
    match item {
        ClassSetItem::Literal(literal) if ignore_case => {
            if let Some(both) = both_cases(literal) {
                *item = both;
            }
        }
        ClassSetItem::Range(range) if ignore_case => *item = folded_range(range),
        ClassSetItem::Perl(class) => *item = ClassSetItem::Ascii(ascii(class)),
        ClassSetItem::Bracketed(class) => fold_set(&mut class.kind, ignore_case),
        ClassSetItem::Union(union) => union.items.iter_mut().for_each(|each| fold_item(each, ignore_case)),
        ClassSetItem::Ascii(class) if ignore_case => {
            // `[[:^upper:]]` has no letter left once both cases are in its opposite.
            if matches!(class.kind, ClassAsciiKind::Lower | ClassAsciiKind::Upper) {
                class.kind = ClassAsciiKind::Alpha;
            }
        }
        ClassSetItem::Empty(_)
        | ClassSetItem::Literal(_)
        | ClassSetItem::Range(_)
        | ClassSetItem::Ascii(_)
        | ClassSetItem::Unicode(_) => {}
    }
}

fn ascii(class: &ClassPerl) -> ClassAscii {
    let kind = match class.kind {
        ClassPerlKind::Digit => ClassAsciiKind::Digit,
        ClassPerlKind::Space => ClassAsciiKind::Space,
        ClassPerlKind::Word => ClassAsciiKind::Word,
    };
    ClassAscii { span: class.span, kind, negated: class.negated }
}

/// The set of both cases; none if the character has one only.
fn both_cases(literal: &Literal) -> Option<ClassSetItem> {
    let other = match literal.c {
        letter @ 'a'..='z' => letter.to_ascii_uppercase(),
        letter @ 'A'..='Z' => letter.to_ascii_lowercase(),
        _ => return None,
    };
    let items = [literal.c, other].map(|c| ClassSetItem::Literal(verbatim(literal.span, c)));
    Some(ClassSetItem::Union(ClassSetUnion { span: literal.span, items: items.to_vec() }))
}

/// A range with the other case of the letters in it.
fn folded_range(range: &ClassSetRange) -> ClassSetItem {
    let span = range.span;
    let mut items = vec![ClassSetItem::Range(range.clone())];
    for (first, last, turn) in [
        ('a', 'z', char::to_ascii_uppercase as fn(&char) -> char),
        ('A', 'Z', char::to_ascii_lowercase as fn(&char) -> char),
    ] {
        let (start, end) = (range.start.c.max(first), range.end.c.min(last));
        if start <= end {
            let [start, end] = [start, end].map(|c| verbatim(span, turn(&c)));
            items.push(ClassSetItem::Range(ClassSetRange { span, start, end }));
        }
    }
    ClassSetItem::Union(ClassSetUnion { span, items })
}

fn verbatim(span: Span, c: char) -> Literal {
    Literal { span, kind: LiteralKind::Verbatim, c }
}
