//! The guide's style sheet: the tokens of the app, dark by the system's choice, and what the pages need.

use anyhow::{Context as _, Result};

const DARK: &str = ":root[data-theme=\"dark\"] {";

/// `tokens` is `style/tokens.css`, `own` is what stands behind it. Printed pages are light.
pub(super) fn sheet(tokens: &str, own: &str) -> Result<String> {
    let lacks = "style/tokens.css has no block of the dark theme";
    let (light, rest) = tokens.split_once(DARK).context(lacks)?;
    let (dark, rest) = rest.split_once("\n}").context(lacks)?;
    let mut sheet =
        format!("{light}@media screen and (prefers-color-scheme: dark) {{\n:root {{{dark}\n}}\n}}{rest}");
    sheet += own;
    Ok(sheet)
}
