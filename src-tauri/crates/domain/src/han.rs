//! Chinese characters, which are counted and cut one by one, where other scripts have words.

/// Whether a letter is a Chinese character: the unified ideographs, their extensions and compatibility forms (Unicode 16.0,
/// property `Unified_Ideograph` and the block of compatibility forms). Chinese marks are none.
///
/// ```
/// use rehearse_domain::is_han;
///
/// assert!(is_han('预') && is_han('𠮷'));
/// assert!(!is_han('a') && !is_han('。') && !is_han('か'));
/// ```
pub const fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}
